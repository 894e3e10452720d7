import { systemClock, type Clock } from '../core';

/** `claimed`: it is yours to handle. `busy`: another handles it just now. `done`: it was handled within the window. */
export type Claim = 'claimed' | 'busy' | 'done';

/**
 * Remembers which messages were handled, so that one that is delivered twice is handled once. Shared by a group, it must be one that all its processes reach.
 *
 * Handled exactly once is a message only where `done` is part of the handler's own transaction; else a process that dies between the two leaves a message that
 * was handled and is handled again.
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
  /** How long a handled message is remembered, in ms. @default 600000 (10 minutes) */
  readonly windowMs?: number;
  /** How many handled messages are remembered; the oldest is forgotten for one more. @default 100000 */
  readonly maxEntries?: number;
  /** @default the machine's time */
  readonly clock?: Clock;
}

/** Remembers in this process: for duplicates that reach the same process, as they do when a broker was away for a while. */
export function memoryDedupe(options: MemoryDedupeOptions = {}): DedupeStore {
  return new MemoryDedupe(options.windowMs ?? 600_000, options.maxEntries ?? 100_000, options.clock ?? systemClock);
}

class MemoryDedupe implements DedupeStore {
  readonly #windowMs: number;
  readonly #maxEntries: number;
  readonly #clock: Clock;
  /** Ids to when they were handled, oldest first: a Map keeps its order. */
  readonly #handled = new Map<string, number>();
  /** Ids to when their lease ends; as many as are being handled. */
  readonly #leases = new Map<string, number>();

  constructor(windowMs: number, maxEntries: number, clock: Clock) {
    this.#windowMs = windowMs;
    this.#maxEntries = maxEntries;
    this.#clock = clock;
  }

  claim(id: string, leaseMs: number): Claim {
    const now = this.#clock.now();
    const handledAt = this.#handled.get(id);
    if (handledAt !== undefined && now - handledAt < this.#windowMs) return 'done';
    const until = this.#leases.get(id);
    if (until !== undefined && now < until) return 'busy';
    this.#leases.set(id, now + leaseMs);
    return 'claimed';
  }

  done(id: string): void {
    const now = this.#clock.now();
    this.#leases.delete(id);
    this.#handled.delete(id);
    this.#handled.set(id, now);
    for (const [oldest, handledAt] of this.#handled) {
      if (this.#handled.size <= this.#maxEntries && now - handledAt < this.#windowMs) break;
      this.#handled.delete(oldest);
    }
  }

  release(id: string): void {
    this.#leases.delete(id);
  }
}
