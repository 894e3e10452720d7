import { runInScope, type Clock, type Gauge, type Logger, type Meter, type Timer } from '../core';
import { type Instance, type InstancesListener, type Snapshot } from './contract';
import { type HoldRule } from './hold';
import { serviceName } from './instance';
import { KnownService, nothingKnown } from './known-service';

/** What an adapter keeps its answers with. */
export interface KnownOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly meter: Meter;
  /** When a nearly empty answer is believed. Undefined: every answer is, at once. */
  readonly rule: HoldRule | undefined;
  /** What is known is never out of date, because it lies in this process: its age is 0. */
  readonly alwaysCurrent: boolean;
  /** Called once for each service when somebody first asks about it. It may answer at once. */
  readonly asked: (service: string) => void;
}

/** More services than this are not looked for: somebody asks for names that callers make up. */
export const mostServices = 1000;

/** What is known of the services that somebody has asked about: the looking half of each adapter. */
export class KnownInstances {
  readonly #options: KnownOptions;
  readonly #services = new Map<string, KnownService>();
  readonly #instances: Gauge;
  #closed = false;
  #full = false;

  constructor(options: KnownOptions) {
    this.#options = options;
    const labels = Object.freeze(['service']);
    this.#instances = options.meter.gauge({
      name: 'keelson_discovery_instances',
      help: 'Instances of the service that are known and wanted for calls.',
      labels,
    });
    options.meter.gauge({
      name: 'keelson_discovery_age_seconds',
      help: 'Time since the registry last confirmed what is known of the service.',
      labels,
      collect: (gauge) => {
        for (const one of this.#services.values()) gauge.set({ service: one.name }, this.#ageMs(one) / 1000);
      },
    });
  }

  /** The services that somebody has asked about, in lower case. */
  get services(): readonly string[] {
    return [...this.#services.keys()];
  }

  snapshot(service: string): Snapshot {
    return this.#find(service)?.snapshot ?? nothingKnown;
  }

  /** What is known once there is an answer, `ms` have passed, the signal aborts or the registry is stopped. */
  resolve(service: string, ms: number, signal?: AbortSignal): Promise<Snapshot> {
    const known = this.#find(service);
    if (known === undefined) return Promise.resolve(nothingKnown);
    const wait = known.snapshot.confirmedAt === undefined && ms > 0 && !this.#closed && signal?.aborted !== true;
    return wait ? this.#firstAnswer(known, ms, signal) : Promise.resolve(known.snapshot);
  }

  watch(service: string, tell: InstancesListener): () => void {
    const known = this.#find(service);
    if (known === undefined || this.#closed) return () => undefined;
    const listener = { tell, told: false };
    known.listeners.add(listener);
    // Not at once, so that whoever watches has the function that ends it; and outside the request that it may be called in.
    runInScope(undefined, () => queueMicrotask(() => !listener.told && this.#tell(known, listener)));
    return () => void known.listeners.delete(listener);
  }

  /** The registry has answered, and the answer can be read. Of services that nobody has asked about nothing is kept. */
  answered(service: string, instances: readonly Instance[]): void {
    const known = this.#services.get(serviceName(service));
    if (known === undefined || this.#closed) return;
    const before = known.snapshot;
    const { changed, news } = known.take(instances, this.#options.clock.now(), this.#options.rule);
    const count = known.snapshot.instances.length;
    const fields = { service: known.name, known: before.instances.length, answered: instances.length };
    if (news === 'doubted first')
      this.#options.log.warn('The registry suddenly knows almost no instance: the known ones are kept', fields);
    if (news === 'resigned')
      this.#options.log.warn('The registry still knows almost no instance: it is believed', fields);
    if (changed || before.confirmedAt === undefined) this.#instances.set({ service: known.name }, count);
    for (const done of [...known.waiting]) done();
    if (changed) for (const listener of [...known.listeners]) this.#tell(known, listener);
  }

  /** Facts for /health, by service. */
  details(): Readonly<Record<string, { instances: number; ageMs: number; doubted?: true }>> {
    const all = [...this.#services.values()].map((one) => {
      const facts = { instances: one.snapshot.instances.length, ageMs: Math.round(this.#ageMs(one)) };
      return [one.name, one.doubted ? { ...facts, doubted: true as const } : facts] as const;
    });
    return Object.fromEntries(all);
  }

  /** Nobody is told anything any more and nobody waits. What is known can still be looked at. */
  close(): void {
    this.#closed = true;
    for (const known of this.#services.values()) {
      known.listeners.clear();
      for (const done of [...known.waiting]) done();
    }
  }

  #find(name: string): KnownService | undefined {
    const service = serviceName(name);
    const known = this.#services.get(service);
    if (known !== undefined || this.#closed) return known;
    if (this.#services.size >= mostServices) return this.#refuse(service);
    const added = new KnownService(service, this.#options.clock.now());
    this.#services.set(service, added);
    this.#options.asked(service);
    return added;
  }

  #refuse(service: string): undefined {
    if (!this.#full)
      this.#options.log.warn('Too many services are asked for: no further one is looked for', {
        service,
        limit: mostServices,
      });
    this.#full = true;
    return undefined;
  }

  #ageMs(known: KnownService): number {
    return this.#options.alwaysCurrent && known.snapshot.confirmedAt !== undefined
      ? 0
      : known.ageMs(this.#options.clock.now());
  }

  #firstAnswer(known: KnownService, ms: number, signal: AbortSignal | undefined): Promise<Snapshot> {
    return new Promise((resolve) => {
      const timer: Timer = this.#options.clock.after(ms, done);
      known.waiting.add(done);
      signal?.addEventListener('abort', done, { once: true });
      function done(): void {
        timer.cancel();
        known.waiting.delete(done);
        signal?.removeEventListener('abort', done);
        resolve(known.snapshot);
      }
    });
  }

  #tell(known: KnownService, listener: { readonly tell: InstancesListener; told: boolean }): void {
    if (!known.listeners.has(listener)) return;
    listener.told = true;
    const failed = (err: unknown): void =>
      this.#options.log.error('A listener of a service’s instances failed', { service: known.name, err });
    try {
      // A listener may be an async function, whose rejection nobody else would handle.
      void Promise.resolve(listener.tell(known.snapshot) as unknown).catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}
