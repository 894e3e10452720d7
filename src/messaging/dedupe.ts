import { KeelsonError, systemClock, within, type Clock } from '../core';
import { Fingerprint } from './fingerprint';
import { FingerprintTable } from './fingerprint-table';
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
  /**
   * How many messages are remembered, 1 or more, at least: they are forgotten by that many at once, the oldest first, so that up to twice as many are there.
   * Each takes up to 80 bytes. @default 100000
   */
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

/**
 * What is remembered of an id is one number: until when. Of one that was handled, a positive one: the end of its window. Of one that is being handled, a
 * negative one: the end of its lease. 0: it is free again.
 */
class MemoryDedupe implements DedupeStore {
  readonly #windowMs: number;
  readonly #maxEntries: number;
  readonly #clock: Clock;
  readonly #print = new Fingerprint();
  /** Two generations: the older is forgotten as a whole once the younger is full, or all of the older has passed. */
  #young = new FingerprintTable();
  #old = new FingerprintTable();
  /** When the younger becomes the older at the latest. */
  #turnAt: number;

  constructor(windowMs: number, maxEntries: number, clock: Clock) {
    this.#windowMs = windowMs;
    this.#maxEntries = maxEntries;
    this.#clock = clock;
    this.#turnAt = clock.now() + windowMs;
  }

  claim(id: string, leaseMs: number): Claim {
    const now = this.#clock.now();
    const print = this.#print;
    print.read(id);
    const until = this.#young.get(print) ?? this.#old.get(print) ?? 0;
    if (now < until) return 'done';
    if (now < -until) return 'busy';
    this.#set(id, -(now + leaseMs), now);
    return 'claimed';
  }

  done(id: string): void {
    const now = this.#clock.now();
    this.#set(id, now + this.#windowMs, now);
  }

  release(id: string): void {
    this.#set(id, 0, this.#clock.now());
  }

  #set(id: string, until: number, now: number): void {
    if (this.#young.size >= this.#maxEntries || now >= this.#turnAt) this.#turn(now);
    this.#print.read(id);
    this.#young.set(this.#print, until);
  }

  /** Forgets the older generation, but nothing that is being handled. */
  #turn(now: number): void {
    this.#young.add(this.#old, (until) => now < -until);
    this.#old = this.#young;
    this.#young = new FingerprintTable();
    this.#turnAt = now + this.#windowMs;
  }
}
