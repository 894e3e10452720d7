export {
  KeelsonError,
  isKeelsonError,
  type CheckFunction,
  type CheckResult,
  type Component,
  type ErrorCode,
  type KeelsonErrorOptions,
} from './core';
export { type LogFields, type Logger, type LogLevel, type WorkContext } from './core';
export { type Counter, type Gauge, type Histogram, type Labels, type StandardSchema } from './core';
export { type Config, type Setting, type SettingDescription, type SettingsSchema } from './config';
export {
  type CallOptions,
  type ClientOptions,
  type ServiceClient,
  type ServiceRequest,
  type ServiceResponse,
} from './client';
export { type Instance } from './discovery';
export { type CheckOptions } from './health';
export {
  type CommandDefinition,
  type EventDefinition,
  type Message,
  type Messaging,
  type PublishOptions,
  type SendOptions,
  type SubscribeOptions,
  type Subscription,
} from './messaging';
export { validate, type FieldError, type Problem, type RequestGuard, type RequestSchemas } from './http';
export {
  createService,
  type ChassisValues,
  type Service,
  type ServiceAddress,
  type ServiceDiscovery,
  type ServiceHealth,
  type ServiceMetrics,
  type MessagingOptions,
  type ServiceOptions,
  type ServiceState,
  type ServiceValues,
} from './service';
