import { markFaultHere, rest, systemClock, type Clock, type Fault, type FaultSource } from '../core';
import { type Instance, type InstancesListener, type InstanceStatus, type Registry, type Snapshot } from './contract';
import { serviceName } from './instance';
import { mostServices } from './known-instances';
import { nothingKnown } from './known-service';

/** Kinds that mean something for a service that was looked at before: its first answer is there. */
const afterTheFirst = Object.freeze(['stale', 'empty', 'error']);

/**
 * The same registry, but what is looked at through it may be wrong on purpose: as old as the first answer, empty, not there, or late. What it is told
 * (who this process is), who watches, and what `details` says are left alone.
 */
export function faultyRegistry(
  registry: Registry,
  faults: FaultSource<'registry'>,
  clock: Clock = systemClock,
): Registry {
  return new FaultyRegistry(registry, faults, clock);
}

class FaultyRegistry implements Registry {
  readonly #registry: Registry;
  readonly #faults: FaultSource<'registry'>;
  readonly #clock: Clock;
  /** The first answer about each service. */
  readonly #first = new Map<string, Snapshot>();
  /** Services that were looked at, and until when their first answer is held back. */
  readonly #late = new Map<string, number>();
  /** Services whose last look met an error: who waits for the answer then waits in vain. */
  readonly #silent = new Set<string>();

  constructor(registry: Registry, faults: FaultSource<'registry'>, clock: Clock) {
    this.#registry = registry;
    this.#faults = faults;
    this.#clock = clock;
  }

  get kind(): string {
    return this.#registry.kind;
  }

  snapshot(service: string): Snapshot {
    return this.#shown(service, this.#registry.snapshot(service));
  }

  async resolve(service: string, ms: number, signal?: AbortSignal): Promise<Snapshot> {
    const name = serviceName(service);
    // Who looked just before asks no second time.
    if (this.#silent.delete(name)) return this.#nothing(ms, signal);
    const heldMs = this.#heldMs(name);
    if (heldMs > ms) return this.#nothing(ms, signal);
    if (heldMs > 0) {
      await rest(this.#clock, heldMs, signal);
      this.#late.set(name, 0);
    }
    const shown = this.#shown(service, await this.#registry.resolve(service, ms - heldMs, signal));
    return this.#silent.delete(name) ? this.#nothing(ms, signal) : shown;
  }

  start(signal?: AbortSignal): Promise<void> {
    return this.#registry.start(signal);
  }

  register(instance: Instance, status: InstanceStatus, signal?: AbortSignal): Promise<void> {
    return this.#registry.register(instance, status, signal);
  }

  setStatus(status: InstanceStatus, signal?: AbortSignal): Promise<void> {
    return this.#registry.setStatus(status, signal);
  }

  deregister(signal?: AbortSignal): Promise<void> {
    return this.#registry.deregister(signal);
  }

  watch(service: string, listener: InstancesListener): () => void {
    return this.#registry.watch(service, listener);
  }

  details(): Readonly<Record<string, unknown>> {
    return this.#registry.details();
  }

  stop(signal?: AbortSignal): Promise<void> {
    return this.#registry.stop(signal);
  }

  #shown(service: string, known: Snapshot): Snapshot {
    const name = serviceName(service);
    if (known.confirmedAt !== undefined && !this.#first.has(name)) this.#first.set(name, known);
    if (this.#heldMs(name) > 0) return nothingKnown;
    // Of more services than the registry looks for, nothing is kept.
    const seen = this.#late.has(name) || this.#late.size >= mostServices;
    const fault = this.#faults.draw({ peer: name, ...(seen ? { kinds: afterTheFirst } : {}) });
    if (!seen) this.#late.set(name, 0);
    this.#silent.delete(name);
    if (fault === undefined) return known;
    markFaultHere(fault);
    return this.#wrong(fault, name, known);
  }

  #wrong({ kind, delayMs }: Fault<'registry'>, name: string, known: Snapshot): Snapshot {
    switch (kind) {
      case 'stale':
        return this.#first.get(name) ?? known;
      case 'empty':
        return { ...nothingKnown, confirmedAt: this.#clock.now() };
      case 'error':
        this.#silent.add(name);
        return nothingKnown;
      case 'slow':
        this.#late.set(name, this.#clock.now() + delayMs);
        return nothingKnown;
      default:
        return kind satisfies never;
    }
  }

  #heldMs(name: string): number {
    return Math.max(0, (this.#late.get(name) ?? 0) - this.#clock.now());
  }

  async #nothing(ms: number, signal: AbortSignal | undefined): Promise<Snapshot> {
    await rest(this.#clock, ms, signal);
    return nothingKnown;
  }
}
