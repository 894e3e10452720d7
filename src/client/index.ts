export {
  type CallOptions,
  type Query,
  type ResponseHeaders,
  type ServiceClient,
  type ServiceRequest,
  type ServiceResponse,
} from './contract';
export { createClient, type ClientTools, type OwnedClient } from './create-client';
export { clientDefaults, type ClientLimits, type ClientOptions } from './options';
