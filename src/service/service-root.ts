import { type RequestListener } from 'node:http';
import { type ClientOptions, type ServiceClient } from '../client';
import { type Config } from '../config';
import { currentScope, isKeelsonError, systemClock, type Component, type Logger, type WorkContext } from '../core';
import { type Application } from '../http';
import { type Messaging, type Source } from '../messaging';
import { type Tracer } from '../tracing';
import { assemble, type Assembly } from './assembly';
import { exitCodeConfig, exitCodeStartFailed, reportIfUncaught } from './fatal-report';
import { type GivenParts } from './given-parts';
import { Lifecycle, type ServiceState } from './lifecycle';
import { discharge, enroll } from './process';
import { type Running, type ShutDown } from './process-record';
import {
  type ChassisValues,
  type Service,
  type ServiceAddress,
  type ServiceDiscovery,
  type ServiceHealth,
  type ServiceMetrics,
} from './service';
import { discoveryOf } from './service-discovery';
import { type MessagingOptions } from './options';
import { type ServiceParts } from './parts';
import { type ClientView } from './stand-ins';
import { startSteps, stopSteps } from './steps';
import { type Telemetry } from './telemetry';

/** A service: what its author sees of the parts, and their life. */
export class ServiceRoot implements Service, Running {
  readonly name: string;
  readonly version: string;
  readonly config: Service['config'];
  readonly log: Logger;
  readonly metrics: ServiceMetrics;
  readonly tracer: Tracer;
  readonly health: ServiceHealth;
  readonly app: Application;
  readonly handler: RequestListener;
  readonly discovery: ServiceDiscovery;
  readonly #assembly: Assembly;
  readonly #lifecycle: Lifecycle;
  /** What `context()` answers outside of any work. */
  readonly #outside: WorkContext;

  constructor(config: Config<ChassisValues>, telemetry: Telemetry, messaging: MessagingOptions, parts?: GivenParts) {
    const assembly = assemble(config, telemetry, messaging, parts);
    const { identity, logging, metrics, tracing } = telemetry;
    this.#assembly = assembly;
    this.name = identity.name;
    this.version = identity.version;
    this.config = config;
    this.log = logging.logger;
    this.metrics = metrics;
    this.tracer = tracing.tracer;
    this.health = assembly.health;
    this.app = assembly.http.app;
    this.handler = assembly.http.handler;
    this.discovery = discoveryOf(assembly.registry);
    this.#outside = {
      requestId: '',
      traceId: '',
      deadline: undefined,
      signal: assembly.background.signal,
      log: this.log,
    };
    this.#lifecycle = new Lifecycle({
      log: this.log,
      clock: systemClock,
      redact: (text) => telemetry.redactor.text(text),
      start: startSteps(assembly),
      stop: stopSteps(assembly),
      onDrain: () => {
        assembly.health.setReadiness('REFUSING_TRAFFIC', 'lifecycle');
        assembly.membership?.drain();
        assembly.messaging.drain();
        assembly.http.drain();
      },
      drainDelayMs: () => config.get('shutdown.drainDelayMs'),
      timeoutMs: () => config.get('shutdown.timeoutMs'),
    });
  }

  get state(): ServiceState {
    return this.#lifecycle.state;
  }

  context(): WorkContext {
    return currentScope()?.work ?? this.#outside;
  }

  get messaging(): Messaging {
    try {
      return this.#assembly.messaging.get();
    } catch (error) {
      throw isKeelsonError(error, 'CONFIG_INVALID') ? reportIfUncaught(error, exitCodeConfig) : error;
    }
  }

  /** For {@link sourcesOf}. */
  sources(): readonly Source[] | undefined {
    return this.#assembly.messaging.sources();
  }

  /** For {@link partsOf}. */
  parts(): ServiceParts {
    const { http, components } = this.#assembly;
    return { routes: http.routes(), components: components.names };
  }

  /** For {@link clientsOf}. */
  clientViews(): readonly ClientView[] {
    return this.#assembly.clients.views();
  }

  background(work: (context: WorkContext) => Promise<void> | void): void {
    this.#assembly.background.run(work);
  }

  client(to: string, options?: ClientOptions): ServiceClient {
    try {
      return this.#assembly.clients.get(to, options);
    } catch (error) {
      throw isKeelsonError(error, 'CONFIG_INVALID') ? reportIfUncaught(error, exitCodeConfig) : error;
    }
  }

  use(component: Component): this {
    const { components, health } = this.#assembly;
    components.add(component);
    if (component.check === undefined) return this;
    try {
      health.check(component.name, (signal) => component.check?.(signal));
    } catch (error) {
      components.takeBack();
      throw error;
    }
    return this;
  }

  async start(): Promise<ServiceAddress> {
    const first = this.state === 'created';
    try {
      if (first) enroll(this, this.#assembly.config.get('shutdown.signals'));
      await this.#lifecycle.start();
    } catch (error) {
      if (first) discharge(this);
      throw reportIfUncaught(error, exitCodeStartFailed);
    }
    return this.#address();
  }

  async stop(): Promise<void> {
    await this.shutDown({ reason: 'stop() was called', drainDelay: false });
  }

  async shutDown({ reason, drainDelay, limitMs }: ShutDown): Promise<boolean> {
    const failures = await this.#lifecycle.stop({ reason, drainDelay, limitMs });
    discharge(this);
    return failures.length === 0 && this.state === 'stopped';
  }

  flushNow(): void {
    this.#assembly.telemetry.logging.flushNow();
  }

  inherit(): boolean {
    if (this.state !== 'starting' && this.state !== 'ready') return false;
    this.#assembly.telemetry.tracing.register();
    return true;
  }

  #address(): ServiceAddress {
    const { config, started } = this.#assembly;
    const { port = 0, managementPort } = started.addresses ?? {};
    const { host: listening } = config.get('http');
    const host =
      config.get('instance.host') ?? (listening === '::' || listening === '0.0.0.0' ? 'localhost' : listening);
    return { url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, port, managementPort };
  }
}
