export { createService } from './create-service';
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
export { sourcesOf } from './sources';
export { clientsOf, standIn, type ClientView, type StandIns } from './stand-ins';
