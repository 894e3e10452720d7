import { type Instance, type InstancesListener, type InstanceStatus, type Registry, type Snapshot } from '../contract';
import { Fetcher } from './fetcher';
import { toInstanceInfo } from './instance-info';
import { KeelsonEureka } from './keelson-eureka';
import { KnownServices } from './known-services';
import { Lease } from './lease';
import { type EurekaOptions, type ResolvedOptions, resolveOptions } from './options';
import { RestartSigns } from './restart-signs';
import { Transport } from './transport';
import { Waiting } from './waiting';

/** The most that deregistering may take, also at stop. */
const deregisterMs = 1000;

/**
 * A registry that asks Netflix Eureka servers, such as Spring Cloud's.
 *
 * What was known stays in use while the servers are away, slow or send nonsense, for ever. A service that lost nine tenths of its instances or more from
 * one answer to the next, or any after a restart of the servers, keeps them for three good answers and at least 90 seconds, unless all are there again before.
 *
 * @throws CONFIG_INVALID
 */
export function createEurekaRegistry(options: EurekaOptions): Registry {
  return new EurekaRegistry(resolveOptions(options));
}

class EurekaRegistry implements Registry {
  readonly kind = 'eureka';
  readonly #options: ResolvedOptions;
  readonly #transport: Transport;
  readonly #client: KeelsonEureka;
  readonly #known: KnownServices;
  readonly #fetcher: Fetcher;
  readonly #lease: Lease;
  readonly #restarts = new RestartSigns();
  readonly #firstAnswer: Waiting;
  #startedAt: number | undefined;
  #stopped: Promise<void> | undefined;

  constructor(options: ResolvedOptions) {
    const { clock, random, log, meter } = options;
    this.#options = options;
    this.#transport = new Transport(options);
    this.#client = new KeelsonEureka(this.#transport, log);
    this.#known = new KnownServices(log);
    this.#firstAnswer = new Waiting(clock);
    const intervalMs = options.fetchIntervalMs;
    this.#fetcher = new Fetcher({ fetch: () => this.#fetch(), intervalMs, clock, random, log, meter });
    this.#lease = new Lease({
      client: this.#client,
      intervalMs: options.renewIntervalMs,
      clock,
      random,
      log,
      describe: (instance, status, dirtyAt) => toInstanceInfo(instance, { ...options, status, dirtyAt }),
      forgotten: () => this.#restarts.forgot(),
    });
    this.#measure();
  }

  async start(signal?: AbortSignal): Promise<void> {
    if (this.#stopped !== undefined) return;
    if (this.#startedAt === undefined) {
      this.#startedAt = this.#options.clock.now();
      this.#fetcher.begin();
      this.#lease.begin();
    }
    await this.#firstAnswer.wait(undefined, signal);
  }

  async register(instance: Instance, status: InstanceStatus, signal?: AbortSignal): Promise<void> {
    if (this.#stopped !== undefined) return;
    this.#lease.want(instance, status);
    await this.#lease.settled(signal);
  }

  async setStatus(status: InstanceStatus, signal?: AbortSignal): Promise<void> {
    if (this.#stopped !== undefined) return;
    this.#lease.wantStatus(status);
    await this.#lease.settled(signal);
  }

  async deregister(signal?: AbortSignal): Promise<void> {
    if (this.#stopped !== undefined) return this.#stopped;
    await this.#lease.end(deregisterMs, signal);
  }

  snapshot(service: string): Snapshot {
    return this.#known.snapshot(service);
  }

  async resolve(service: string, ms: number, signal?: AbortSignal): Promise<Snapshot> {
    if (this.#stopped === undefined) await this.#firstAnswer.wait(ms, signal);
    return this.#known.snapshot(service);
  }

  watch(service: string, listener: InstancesListener): () => void {
    return this.#known.watch(service, listener);
  }

  details(): Readonly<Record<string, unknown>> {
    return {
      urls: this.#options.servers.map(({ shown }) => shown),
      quarantined: this.#transport.quarantined(),
      ageMs: Math.round(this.#ageMs(this.#known.confirmedAt)),
      services: this.#known.size,
      held: this.#known.held(),
      skipped: this.#client.skipped,
      ...this.#fetcher.details(),
      registration: this.#lease.details(),
    };
  }

  stop(signal?: AbortSignal): Promise<void> {
    this.#stopped ??= this.#stop(signal);
    return this.#stopped;
  }

  async #stop(signal: AbortSignal | undefined): Promise<void> {
    this.#fetcher.end();
    this.#known.close();
    this.#firstAnswer.over();
    await this.#lease.end(deregisterMs, signal);
    await this.#transport.close();
  }

  async #fetch(): Promise<void> {
    await this.#client.refresh();
    if (this.#stopped !== undefined) return;
    const { listed } = this.#client;
    const restarted = this.#restarts.in(listed, this.#lease.instance);
    this.#known.update(listed, this.#options.clock.now(), restarted || this.#fetcher.failures > 0);
    this.#firstAnswer.over();
  }

  /** @param confirmedAt undefined: how long it was waited for */
  #ageMs(confirmedAt: number | undefined): number {
    const now = this.#options.clock.now();
    return now - (confirmedAt ?? this.#startedAt ?? now);
  }

  #measure(): void {
    const { meter } = this.#options;
    const labels = Object.freeze(['service']);
    meter.gauge({
      name: 'keelson_discovery_instances',
      help: 'Instances of the service that are known and wanted for calls.',
      labels,
      collect: (gauge) => {
        for (const [service, { instances }] of this.#known.asked()) gauge.set({ service }, instances.length);
      },
    });
    meter.gauge({
      name: 'keelson_discovery_age_seconds',
      help: 'Time since the registry last confirmed what is known of the service.',
      labels,
      collect: (gauge) => {
        for (const [service, { confirmedAt }] of this.#known.asked())
          gauge.set({ service }, this.#ageMs(confirmedAt) / 1000);
      },
    });
  }
}
