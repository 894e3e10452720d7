import { noopLogger, noopMeter, systemClock, type Clock, type Logger, type Meter } from '../core';
import { type Instance, type InstancesListener, type InstanceStatus, type Registry, type Snapshot } from './contract';
import { makeInstance } from './instance';
import { KnownInstances } from './known-instances';
import { type MemoryNetwork, type Registration } from './memory-network';

/** Options of {@link memoryRegistry}. */
export interface MemoryRegistryOptions {
  /** What the services share. */
  readonly network: MemoryNetwork;
  /** @default the machine's own time */
  readonly clock?: Clock;
  /** @default none */
  readonly log?: Logger;
  /** Gets keelson_discovery_instances and keelson_discovery_age_seconds. @default none */
  readonly meter?: Meter;
}

/** A registry in the memory of this process: services that run together find each other, in tests, demonstrations and small deployments. */
export function memoryRegistry(options: MemoryRegistryOptions): Registry {
  return new MemoryRegistry(options);
}

class MemoryRegistry implements Registry {
  readonly kind = 'memory';
  readonly #network: MemoryNetwork;
  readonly #known: KnownInstances;
  #life: 'created' | 'started' | 'stopped' = 'created';
  #mine: Registration | undefined;
  #unlink: (() => void) | undefined;
  /** Registrations that wait for the start. */
  readonly #waiting = new Set<() => void>();

  constructor({ network, clock = systemClock, log = noopLogger, meter = noopMeter }: MemoryRegistryOptions) {
    this.#network = network;
    const asked = (service: string): void => this.#look(service);
    this.#known = new KnownInstances({ clock, log, meter, rule: undefined, alwaysCurrent: true, asked });
  }

  start(): Promise<void> {
    if (this.#life !== 'created') return Promise.resolve();
    this.#life = 'started';
    this.#unlink = this.#network.onChange((service) => this.#look(service));
    for (const service of this.#known.services) this.#look(service);
    if (this.#mine !== undefined) this.#network.put(this, this.#mine);
    this.#release();
    return Promise.resolve();
  }

  register(instance: Instance, status: InstanceStatus, signal?: AbortSignal): Promise<void> {
    if (this.#life === 'stopped') return Promise.resolve();
    const before = this.#mine;
    this.#mine = { instance: makeInstance(instance), status };
    if (this.#life === 'created') return this.#untilStarted(signal);
    const { service, id } = this.#mine.instance;
    // One registry registers one instance: the former one goes.
    const other = before !== undefined && (before.instance.service !== service || before.instance.id !== id);
    if (other) this.#network.remove(this, before.instance);
    this.#network.put(this, this.#mine);
    return Promise.resolve();
  }

  setStatus(status: InstanceStatus): Promise<void> {
    if (this.#mine === undefined || this.#life === 'stopped') return Promise.resolve();
    this.#mine = { ...this.#mine, status };
    if (this.#life === 'started') this.#network.put(this, this.#mine);
    return Promise.resolve();
  }

  deregister(): Promise<void> {
    if (this.#mine !== undefined) this.#network.remove(this, this.#mine.instance);
    this.#mine = undefined;
    this.#release();
    return Promise.resolve();
  }

  snapshot(service: string): Snapshot {
    return this.#known.snapshot(service);
  }

  resolve(service: string, ms: number, signal?: AbortSignal): Promise<Snapshot> {
    return this.#known.resolve(service, ms, signal);
  }

  watch(service: string, listener: InstancesListener): () => void {
    return this.#known.watch(service, listener);
  }

  details(): Readonly<Record<string, unknown>> {
    return { registered: this.#mine?.status ?? 'no', services: this.#known.details() };
  }

  async stop(): Promise<void> {
    await this.deregister();
    this.#life = 'stopped';
    this.#unlink?.();
    this.#known.close();
  }

  #look(service: string): void {
    if (this.#life === 'started') this.#known.answered(service, this.#network.up(service));
  }

  #untilStarted(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        this.#waiting.delete(done);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      this.#waiting.add(done);
      signal?.addEventListener('abort', done, { once: true });
    });
  }

  #release(): void {
    for (const done of [...this.#waiting]) done();
  }
}
