import { type Logger } from '../../core';
import { type Instance, type InstancesListener, type Snapshot } from '../contract';
import { keyOf, updated } from '../instance';
import { HoldRule } from './hold-rule';
import { type ListedInstance } from './instance-info';

/** Of more services than this no figures are kept: somebody asks for names that callers make up. */
const mostAsked = 1000;

const none: readonly Instance[] = Object.freeze([]);
const noOffer: Offer = Object.freeze({ up: [], down: new Set<string>() });

/** What an answer says of a service. */
interface Offer {
  readonly up: Instance[];
  /** The keys of those with another status. */
  readonly down: Set<string>;
}

/**
 * What is known of all services, and who wants to hear of changes. KnownInstances of the other adapters keeps only what was asked for, each service with an
 * outage of its own; here one answer tells of all, so a service that is first asked about during an outage is known as well.
 */
export class KnownServices {
  readonly #log: Logger;
  readonly #rule = new HoldRule();
  readonly #services = new Map<string, Snapshot>();
  readonly #listeners = new Map<string, Set<InstancesListener>>();
  /** Of which services there are figures. */
  readonly #asked = new Set<string>();
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
    const name = service.toLowerCase();
    if (!this.#asked.has(name) && this.#asked.size < mostAsked) this.#asked.add(name);
    return this.#services.get(name) ?? this.#unknown;
  }

  /** The services that somebody asked about, with what is known of them. */
  *asked(): IterableIterator<readonly [service: string, snapshot: Snapshot]> {
    for (const name of this.#asked) yield [name, this.#services.get(name) ?? this.#unknown];
  }

  /**
   * Takes in an answer. Who listens is told when everything is in place.
   *
   * @param now when it came
   * @param restarted may the registry have been restarted since the answer before?
   */
  update(listed: readonly ListedInstance[], now: number, restarted = false): void {
    this.#unknown = Object.freeze({ instances: none, confirmedAt: now });
    const offers = offersOf(listed);
    const changed: string[] = [];
    for (const service of new Set([...this.#services.keys(), ...offers.keys()]))
      if (this.#take(service, offers.get(service) ?? noOffer, now, restarted)) changed.push(service);
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
  #take(service: string, { up, down }: Offer, now: number, restarted: boolean): boolean {
    const known = this.#services.get(service)?.instances ?? none;
    const named = up.length + down.size;
    const verdict = this.#rule.judge(service, known.length, named, now, restarted);
    const fields = { service, known: known.length, named };
    if (verdict === 'hold') this.#log.debug('the registry lost instances of a service: they are kept', fields);
    if (verdict === 'give-in')
      this.#log.warn('the registry still lacks instances of a service: it is believed', fields);
    const held = verdict === 'hold';
    const instances = updated(known, up, (gone) => held && !down.has(keyOf(gone)));
    const confirmedAt = held ? this.#services.get(service)?.confirmedAt : now;
    if (instances.length === 0) this.#services.delete(service);
    else this.#services.set(service, Object.freeze({ instances, confirmedAt }));
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
      const offer = offers.get(name) ?? { up: [], down: new Set() };
      offers.set(name, offer);
      if (up) offer.up.push(instance);
      else offer.down.add(keyOf(instance));
    }
  return offers;
}
