export { createService } from './create-service';
export { type GivenParts } from './given-parts';
export { type ServiceState } from './lifecycle';
export { type MessagingOptions, type ServiceOptions } from './options';
export {
  type ChassisValues,
  type Service,
  type ServiceAddress,
  type ServiceDiscovery,
  type ServiceHealth,
  type ServiceMetrics,
  type ServiceValues,
} from './service';
export { partsOf, type ServiceParts } from './parts';
export { chassisSettings } from './settings';
export { otelSettings } from './otel-settings';
export { type Running, type ShutDown } from './process-record';
export { sourcesOf } from './sources';
export { shareOfStop, type StopShare } from './stop-limits';
export { clientsOf, standIn, type ClientView, type StandIns } from './stand-ins';
