import { type Logger } from '../../core';
import { type Instance, type InstancesListener, type Snapshot } from '../contract';
import { HoldRule } from './hold-rule';
import { type ListedInstance, sameInstance } from './instance-info';

const none: readonly Instance[] = Object.freeze([]);

interface Offer {
  readonly up: Instance[];
  /** Instances of any status. */
  named: number;
}

/** What is known of all services, and who wants to hear of changes. */
export class KnownServices {
  readonly #log: Logger;
  readonly #rule = new HoldRule();
  readonly #services = new Map<string, Snapshot>();
  readonly #listeners = new Map<string, Set<InstancesListener>>();
  #unknown: Snapshot = Object.freeze({ instances: none, confirmedAt: undefined });
  #closed = false;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** How many services have instances. */
  get size(): number {
    return this.#services.size;
  }

  /** When the registry last answered, by the clock that does not jump. */
  get confirmedAt(): number | undefined {
    return this.#unknown.confirmedAt;
  }

  /** The services whose shrinking is not believed yet. */
  held(): string[] {
    return this.#rule.held();
  }

  snapshot(service: string): Snapshot {
    return this.#services.get(service.toLowerCase()) ?? this.#unknown;
  }

  /** Takes in an answer; `now` is when it came. Who listens is told when everything is in place. */
  update(listed: readonly ListedInstance[], now: number): void {
    this.#unknown = Object.freeze({ instances: none, confirmedAt: now });
    const offers = offersOf(listed);
    const changed: string[] = [];
    for (const service of new Set([...this.#services.keys(), ...offers.keys()]))
      if (this.#take(service, offers.get(service) ?? { up: [], named: 0 }, now)) changed.push(service);
    for (const service of changed) {
      const listeners = this.#listeners.get(service) ?? new Set();
      for (const listener of [...listeners]) if (listeners.has(listener)) this.#tell(service, listener);
    }
  }

  watch(service: string, listener: InstancesListener): () => void {
    const name = service.toLowerCase();
    const listeners = this.#listeners.get(name) ?? new Set();
    const mine: InstancesListener = (snapshot) => listener(snapshot); // the same listener may watch twice
    this.#listeners.set(name, listeners.add(mine));
    queueMicrotask(() => {
      if (listeners.has(mine)) this.#tell(name, mine);
    });
    return () => {
      listeners.delete(mine);
      if (listeners.size === 0 && this.#listeners.get(name) === listeners) this.#listeners.delete(name);
    };
  }

  /** Nobody is told anything any more. */
  close(): void {
    this.#closed = true;
    this.#listeners.clear();
  }

  /** @returns did the instances change? */
  #take(service: string, offer: Offer, now: number): boolean {
    const known = this.#services.get(service)?.instances ?? none;
    const verdict = this.#rule.judge(service, known.length, offer.named, now);
    if (verdict === 'hold') {
      this.#log.debug('the registry names hardly any instance of a service: those known are kept for now', {
        service,
        known: known.length,
        named: offer.named,
      });
      return false;
    }
    if (verdict === 'give-in')
      this.#log.warn('the registry keeps to it: most instances of a service are gone', {
        service,
        known: known.length,
        named: offer.named,
      });
    const instances = inOldOrder(known, offer.up);
    if (instances.length === 0) this.#services.delete(service);
    else this.#services.set(service, Object.freeze({ instances, confirmedAt: now }));
    return instances !== known;
  }

  #tell(service: string, listener: InstancesListener): void {
    if (this.#closed) return;
    try {
      listener(this.snapshot(service));
    } catch (err) {
      this.#log.error('who watches the instances of a service threw', { service, err });
    }
  }
}

function offersOf(listed: readonly ListedInstance[]): Map<string, Offer> {
  const offers = new Map<string, Offer>();
  for (const { instance, up, names } of listed)
    for (const name of names) {
      const offer = offers.get(name) ?? { up: [], named: 0 };
      offers.set(name, offer);
      offer.named += 1;
      if (up) offer.up.push(instance);
    }
  return offers;
}

/** Those that were known stay where they were, new ones follow by id. @returns the old list itself if nothing changed */
function inOldOrder(known: readonly Instance[], offered: readonly Instance[]): readonly Instance[] {
  const left = new Map(offered.map((instance) => [keyOf(instance), instance]));
  const kept: Instance[] = [];
  for (const old of known) {
    const now = left.get(keyOf(old));
    if (now === undefined) continue;
    left.delete(keyOf(old));
    kept.push(sameInstance(old, now) ? old : now);
  }
  const all = [...kept, ...[...left.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))];
  const same = all.length === known.length && all.every((instance, index) => instance === known[index]);
  if (same) return known;
  return all.length === 0 ? none : Object.freeze(all);
}

function keyOf({ service, id }: Instance): string {
  return `${service}/${id}`;
}
