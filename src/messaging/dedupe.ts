import { KeelsonError, systemClock, within, type Clock } from '../core';
import { Fifo } from './fifo';
import { checkCount, checkMs } from './options';
import { type Envelope } from './transport';

/** `claimed`: it is yours to handle. `busy`: another handles it just now. `done`: it was handled within the window. */
export type Claim = 'claimed' | 'busy' | 'done';

/**
 * Remembers which messages were handled, so that one that is delivered twice is handled once. Shared by a group, it must be one that all its processes reach.
 *
 * Handled exactly once is a message only where `done` is part of the handler's own transaction; else a process that dies between the two leaves a message that
 * was handled and is handled again.
 *
 * What takes longer than 10 s counts as failed: a claim that failed is made again later, the other two are logged.
 */
export interface DedupeStore {
  /** Takes an id for `leaseMs`; afterwards, if neither `done` nor `release` came, anybody may take it. */
  claim(id: string, leaseMs: number): Promise<Claim> | Claim;
  /** The message was handled: remembered for the store's window. */
  done(id: string): Promise<void> | void;
  /** The handling failed: anybody may take the id again. */
  release(id: string): Promise<void> | void;
}

/** What a memory store is made from. */
export interface MemoryDedupeOptions {
  /** How long a handled message is remembered, in ms, 1 or more. @default 600000 (10 minutes) */
  readonly windowMs?: number;
  /** How many handled messages are remembered, 1 or more; the oldest is forgotten for one more. @default 100000 */
  readonly maxEntries?: number;
  /** @default the machine's time */
  readonly clock?: Clock;
}

/** Remembers in this process: for duplicates that reach the same process, as they do when a broker was away for a while. @throws CONFIG_INVALID */
export function memoryDedupe({
  windowMs = 600_000,
  maxEntries = 100_000,
  clock = systemClock,
}: MemoryDedupeOptions = {}): DedupeStore {
  return new MemoryDedupe(
    checkMs('memoryDedupe', 'windowMs', windowMs, 1),
    checkCount('memoryDedupe', 'maxEntries', maxEntries),
    clock,
  );
}

/** What a message is claimed by. CloudEvents has it that an id is one of its source only. */
export function claimId(prefix: string, { source, id }: Envelope): string {
  return `${prefix}${source}/${id}`;
}

/** How long a store may take, in ms. */
const patienceMs = 10_000;

/** The same store, but none of its promises is waited for without end. What it answers at once costs nothing. */
export function patient(store: DedupeStore, clock: Clock): DedupeStore {
  const bounded = <T>(answer: Promise<T> | T): Promise<T> | T =>
    answer instanceof Promise ? within(clock, patienceMs, answer, late) : answer;
  return {
    claim: (id, leaseMs) => bounded(store.claim(id, leaseMs)),
    done: (id) => bounded(store.done(id)),
    release: (id) => bounded(store.release(id)),
  };
}

function late(): KeelsonError {
  return new KeelsonError('TIMEOUT', `The dedupe store has not answered within ${patienceMs} ms.`, { retryable: true });
}

/** An id that was handled, and when. */
interface Handled {
  readonly id: string;
  readonly at: number;
}

class MemoryDedupe implements DedupeStore {
  readonly #windowMs: number;
  readonly #maxEntries: number;
  readonly #clock: Clock;
  readonly #handled = new Map<string, Handled>();
  /** The same, oldest first. A Map keeps its order, too, but walks over all that was deleted to find its first. */
  readonly #order = new Fifo<Handled>();
  /** Ids to when their lease ends; as many as are being handled. */
  readonly #leases = new Map<string, number>();

  constructor(windowMs: number, maxEntries: number, clock: Clock) {
    this.#windowMs = windowMs;
    this.#maxEntries = maxEntries;
    this.#clock = clock;
  }

  claim(id: string, leaseMs: number): Claim {
    const now = this.#clock.now();
    const handled = this.#handled.get(id);
    if (handled !== undefined && now - handled.at < this.#windowMs) return 'done';
    const until = this.#leases.get(id);
    if (until !== undefined && now < until) return 'busy';
    this.#leases.set(id, now + leaseMs);
    return 'claimed';
  }

  done(id: string): void {
    const handled = { id, at: this.#clock.now() };
    this.#leases.delete(id);
    this.#handled.set(id, handled);
    this.#order.push(handled);
    this.#forget(handled.at - this.#windowMs);
  }

  /** Forgets what was handled so long ago, and the oldest of too many. */
  #forget(until: number): void {
    for (let oldest = this.#order.first; oldest !== undefined; oldest = this.#order.first) {
      if (this.#order.length <= this.#maxEntries && oldest.at > until) return;
      this.#order.shift();
      // Unless it was handled again since.
      if (this.#handled.get(oldest.id) === oldest) this.#handled.delete(oldest.id);
    }
  }

  release(id: string): void {
    this.#leases.delete(id);
  }
}
