import type * as clientPart from '../client';
import { type ClientOptions, type OwnedClient, type ServiceClient } from '../client';
import { KeelsonError, type FaultSource } from '../core';
import { leastLoaded, outlierEjection, preferZone, type Balancer, type Registry } from '../discovery';
import { type BreakerView } from './insight';
import { processRecord } from './process-record';
import { type ClientView } from './stand-ins';
import { type Telemetry } from './telemetry';

/** The clients of a service: one for each name or origin, so that its breaker, its budget and its connections are shared by all who call it. */
export class Clients {
  readonly #registry: Registry | undefined;
  readonly #telemetry: Telemetry;
  readonly #zone: string | undefined;
  readonly #faults: FaultSource<'client'> | undefined;
  readonly #clients = new Map<string, OwnedClient>();
  readonly #views: ClientView[] = [];

  /** @param zone where this process runs: its instances are called first. Undefined: all are alike */
  constructor(
    registry: Registry | undefined,
    telemetry: Telemetry,
    zone: string | undefined,
    faults?: FaultSource<'client'>,
  ) {
    this.#registry = registry;
    this.#telemetry = telemetry;
    this.#zone = zone;
    this.#faults = faults;
  }

  /**
   * @param options only the first time; later ones get the same client
   * @throws CONFIG_INVALID for a name or options that are not valid, and for options that come too late
   */
  get(to: string, options?: ClientOptions): ServiceClient {
    const known = this.#clients.get(to);
    if (known === undefined) return this.#make(to, options);
    if (options === undefined) return known;
    const message = `client ${to}: it has its options already; give them where it is first asked for, and none elsewhere.`;
    throw new KeelsonError('CONFIG_INVALID', message, { retryable: false });
  }

  /** Their circuit breakers. */
  breakers(): readonly BreakerView[] {
    return [...this.#clients.values()].flatMap(({ name, breaker }) =>
      breaker === undefined ? [] : [{ name, state: breaker.state }],
    );
  }

  /** What each was told. */
  views(): readonly ClientView[] {
    return this.#views;
  }

  /** Closes their connections. */
  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map((client) => client.close()));
  }

  #make(to: string, options: ClientOptions | undefined): ServiceClient {
    const { identity, logging, metrics, tracing, clock } = this.#telemetry;
    const headers = { 'user-agent': `${identity.name}/${identity.version}`, ...options?.headers };
    // Loaded when first needed: a service that calls nobody starts without undici and opossum.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { createClient, clientDefaults } = require('../client') as typeof clientPart;
    const client = createClient(
      processRecord().downstream ?? to,
      { ...options, headers },
      {
        ...(this.#registry === undefined ? {} : { registry: this.#registry }),
        ...(this.#zone === undefined ? {} : { balancer: this.#nearest(this.#zone) }),
        clock,
        log: logging.logger.named('client'),
        meter: metrics,
        tracing,
        faults: this.#faults,
      },
    );
    this.#clients.set(to, client);
    const { timeoutMs, attemptTimeoutMs } = { ...clientDefaults, ...options };
    this.#views.push({ to, timeoutMs, attemptTimeoutMs, breaker: client.breaker !== undefined });
    return client;
  }

  /** What a client has by itself, but for the zone. */
  #nearest(zone: string): Balancer {
    const { logging, metrics, clock } = this.#telemetry;
    return outlierEjection({
      balancer: preferZone({ zone, balancer: leastLoaded({ clock }) }),
      clock,
      log: logging.logger.named('client'),
      meter: metrics,
    });
  }
}
