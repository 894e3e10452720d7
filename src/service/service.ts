import { type RequestListener } from 'node:http';
import { type Config, type ConfigValues, type SettingsSchema } from '../config';
import { type ClientOptions, type ServiceClient } from '../client';
import { type Component, type Logger, type Meter, type WorkContext } from '../core';
import { type Instance } from '../discovery';
import { type Health } from '../health';
import { type Application } from '../http';
import { type Messaging } from '../messaging';
import { type Metrics } from '../metrics';
import { type Tracer } from '../tracing';
import { type ServiceState } from './lifecycle';
import { type chassisSettings } from './settings';

/** The values of the chassis's own settings. */
export type ChassisValues = ConfigValues<typeof chassisSettings>;

/** The values of all settings of a service: the chassis's and its own. */
export type ServiceValues<S extends SettingsSchema> = string extends keyof S
  ? ChassisValues
  : ChassisValues & ConfigValues<S>;

/** Where a service can be reached. */
export interface ServiceAddress {
  /** `http://host:port`, with the host that others should use (instance.host). */
  readonly url: string;
  readonly port: number;
  /** Of the operational endpoints, when they have a port of their own. */
  readonly managementPort: number | undefined;
}

/** The health part as a service sees it. */
export type ServiceHealth = Pick<Health, 'check' | 'state' | 'setReadiness' | 'setLiveness' | 'report' | 'onChange'>;

/** The metrics part as a service sees it. */
export interface ServiceMetrics extends Meter {
  /** prom-client's, for metrics of libraries that bring their own. */
  readonly registry: Metrics['registry'];
}

/** Discovery as a service sees it. Where none is configured, nobody is known. */
export interface ServiceDiscovery {
  /** The instances of a service that are UP, as they are known now. The first question makes the registry look for it. */
  instances(service: string): readonly Instance[];
  /** Calls when the instances of a service change, and once soon with those that are known. @returns ends it */
  watch(service: string, listener: (instances: readonly Instance[]) => void): () => void;
}

/** A service: made by `createService`, filled with routes and components, then started. */
export interface Service<S extends SettingsSchema = SettingsSchema> {
  readonly name: string;
  readonly version: string;
  /** The express 5 application, for routes. It also works unstarted under plain node:http (supertest), then without context. */
  readonly app: Application;
  /** The whole listener, everything on, for those who bring their own server. Requests are let in once the service is ready. */
  readonly handler: RequestListener;
  /** The settings, the chassis's own included. */
  readonly config: Config<ServiceValues<S>>;
  readonly log: Logger;
  readonly metrics: ServiceMetrics;
  /** OpenTelemetry's tracer of this service. */
  readonly tracer: Tracer;
  readonly health: ServiceHealth;
  readonly state: ServiceState;
  /** Of the request or message being handled. Outside of one: empty ids, no deadline, and a signal that aborts when the service's time to stop is up. */
  context(): WorkContext;
  /** Runs work that outlives the request, in a context of its own: no deadline and no signal of the request. A stop waits for it. @throws STOPPED once the service has stopped */
  background(work: (context: WorkContext) => Promise<void> | void): void;
  readonly discovery: ServiceDiscovery;
  /**
   * The client of another service by its name, or of an origin (`https://api.example.com`). The same one each time: its circuit breaker, its retry budget and its
   * connections are shared by all who call.
   *
   * @param options where it is first asked for; none elsewhere
   * @throws CONFIG_INVALID for a name without a registry, and for options that are not valid or come too late
   */
  client(to: string, options?: ClientOptions): ServiceClient;
  /** Events and commands: over RabbitMQ where AMQP_URL is set, else among the services of this process. Messages are taken while the service is ready. */
  readonly messaging: Messaging;
  /** Adds something with a life: started with the service, in the order given, and stopped in reverse. @throws START_FAILED after start() */
  use(component: Component): this;
  /** Starts everything. Resolves when the service is ready. @throws START_FAILED with every reason; then nothing is left running */
  start(): Promise<ServiceAddress>;
  /** Drains and stops, without the drain delay. Idempotent. Resolves when nothing of the service is left running; what failed on the way is in the log. */
  stop(): Promise<void>;
}
