import { KeelsonError } from '../core';

/** What is traced: who the spans are from. */
export interface TracedService {
  /** Becomes service.name, unless OTEL_SERVICE_NAME says otherwise. */
  readonly name: string;
  /** service.version */
  readonly version: string;
  /** service.instance.id: unique among the running instances. */
  readonly instance: string;
  /** service.namespace. @default none */
  readonly namespace?: string;
  /** deployment.environment.name. @default none */
  readonly environment?: string;
  /** Further attributes of the resource. @default none */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** The attributes of the resource. What the environment says wins. Throws CONFIG_INVALID when the service has no name. */
export function serviceResource(
  service: TracedService,
  overrides: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (service.name === '')
    throw new KeelsonError('CONFIG_INVALID', 'A traced service needs a name', { retryable: false });
  return Object.freeze({
    'service.name': service.name,
    'service.version': service.version,
    'service.instance.id': service.instance,
    ...(service.namespace === undefined ? {} : { 'service.namespace': service.namespace }),
    ...(service.environment === undefined ? {} : { 'deployment.environment.name': service.environment }),
    'telemetry.sdk.name': 'keelson',
    'telemetry.sdk.language': 'nodejs',
    ...service.attributes,
    ...overrides,
  });
}
