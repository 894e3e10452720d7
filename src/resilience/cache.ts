import { isKeelsonError, type CounterSeries } from '../core';
import { type Call } from './call';
import { judged } from './caused-by';
import { Lru } from './lru';
import { namedCounter, outcomeCounters, type NamedOptions } from './named';
import { booleanOr, functionOr, integerWithin, numberWithin, positiveMs } from './option-checks';
import { type Policy } from './policy';
import { SharedRun } from './shared-run';

/** Options of {@link cache}. */
export interface CacheOptions extends NamedOptions {
  /** How long an answer is fresh, in milliseconds, 0 or more. 0: nothing is kept, and only calls at the same time share an answer. */
  readonly ttlMs: number;
  /** How much longer it is given at once while a new one is fetched in the background, in milliseconds. @default 0 */
  readonly staleMs?: number;
  /** How long after it was fresh it stands in when fetching fails, in milliseconds. @default 0 */
  readonly staleIfErrorMs?: number;
  /** For which errors an old answer stands in. @default all but those that are an answer themselves: a KeelsonError with a status of 400 to 499 other than 408, 429 and 499 */
  readonly staleIf?: (error: unknown) => boolean;
  /** How many keys are kept at most, 1 or more; the one that was not used for longest goes first. @default 1000 */
  readonly maxEntries?: number;
  /** Do calls of one key that come at the same time share one execution? @default true */
  readonly coalesce?: boolean;
  /** How long fetching in the background may take while nobody waits for it, in milliseconds, 1 or more. @default 30000 */
  readonly refreshMs?: number;
}

/** A cache is a policy whose memory can be told to forget. */
export interface Cache extends Policy {
  /** Forgets the answer of a key, or all. What is being fetched at that moment is given to those who wait for it and not kept. */
  invalidate(key?: string): void;
}

/** A cache if nobody says otherwise. */
export const cacheDefaults = Object.freeze({
  staleMs: 0,
  staleIfErrorMs: 0,
  maxEntries: 1000,
  coalesce: true,
  refreshMs: 30_000,
});

/**
 * Keeps answers by the call's `key`. Calls without a key pass through: all would get the same answer, which is hardly ever what was meant. Errors are not kept.
 *
 * Calls of one key that come at the same time share one execution. It is aborted when all of them have been given up; if one is, only that one is rejected. It belongs
 * to none of them, so it has no deadline and runs outside the request of the first. All get the same value, by reference, so do not change it.
 *
 * One cache serves one kind of work: what a key stands for must be the same in all pipelines that share it.
 *
 * @throws CONFIG_INVALID when an option is invalid
 */
export function cache(options: CacheOptions): Cache {
  const keeper = new Keeper(options);
  const policy = <T>(call: Call, next: (call: Call) => Promise<T>): Promise<T> =>
    keeper.answer(call, next) as Promise<T>;
  return Object.assign(policy, { invalidate: (key?: string) => keeper.invalidate(key) });
}

interface Kept {
  readonly value: unknown;
  /** When it came, by `clock.now()`. */
  readonly at: number;
}

type Next = (call: Call) => Promise<unknown>;
type Outcome = 'hit' | 'stale' | 'miss' | 'shared' | 'stale_on_error' | 'no_key';

/** Executions of a key that are not shared; forgotten when the key is, so that what they bring is not kept. */
interface Lone {
  running: number;
}

class Keeper {
  readonly #limits: Readonly<Record<'fresh' | 'stale' | 'onError' | 'refresh', number>>;
  readonly #coalesce: boolean;
  readonly #staleIf: (error: unknown) => boolean;
  readonly #kept: Lru<Kept>;
  readonly #shared = new Map<string, SharedRun<unknown>>();
  readonly #lone = new Map<string, Lone>();
  readonly #calls: Readonly<Record<Outcome, CounterSeries>>;
  readonly #refreshFailures: CounterSeries;

  constructor(options: CacheOptions) {
    const fresh = duration('ttlMs', options.ttlMs);
    this.#limits = Object.freeze({
      fresh,
      stale: fresh + duration('staleMs', options.staleMs ?? cacheDefaults.staleMs),
      onError: fresh + duration('staleIfErrorMs', options.staleIfErrorMs ?? cacheDefaults.staleIfErrorMs),
      refresh: positiveMs('cache', 'refreshMs', options.refreshMs ?? cacheDefaults.refreshMs),
    });
    this.#coalesce = booleanOr('cache', 'coalesce', options.coalesce, cacheDefaults.coalesce);
    this.#staleIf = functionOr('cache', 'staleIf', options.staleIf, isOutage);
    this.#kept = new Lru(integerWithin('cache', 'maxEntries', options.maxEntries ?? cacheDefaults.maxEntries, 1));
    this.#calls = outcomeCounters<Outcome>('cache', options, callsMetric, outcomes);
    this.#refreshFailures = namedCounter('cache', options, refreshMetric);
  }

  answer(call: Call, next: Next): Promise<unknown> {
    const { key } = call;
    if (key === undefined) {
      this.#calls.no_key.inc();
      return next(call);
    }
    const kept = this.#kept.use(key);
    const age = kept === undefined ? Infinity : call.clock.now() - kept.at;
    if (kept === undefined || age >= this.#limits.stale) return this.#fetch(key, call, next);
    if (age < this.#limits.fresh) this.#calls.hit.inc();
    else {
      this.#calls.stale.inc();
      this.#refresh(key, call, next);
    }
    return Promise.resolve(kept.value);
  }

  invalidate(key?: string): void {
    for (const store of [this.#kept, this.#shared, this.#lone]) {
      if (key === undefined) store.clear();
      else store.delete(key);
    }
  }

  async #fetch(key: string, call: Call, next: Next): Promise<unknown> {
    try {
      return await (this.#coalesce ? this.#fetchShared(key, call, next) : this.#fetchAlone(key, call, next));
    } catch (error) {
      if (call.aborted) throw error;
      const kept = this.#kept.peek(key);
      const usable = kept !== undefined && call.clock.now() - kept.at < this.#limits.onError;
      if (!usable || !judged(this.#staleIf, error)) throw error;
      this.#calls.stale_on_error.inc();
      return kept.value;
    }
  }

  #fetchShared(key: string, call: Call, next: Next): Promise<unknown> {
    const run = this.#shared.get(key);
    if (run !== undefined) {
      this.#calls.shared.inc();
      return run.join(call);
    }
    this.#calls.miss.inc();
    return this.#share(key, call, next).join(call);
  }

  async #fetchAlone(key: string, call: Call, next: Next): Promise<unknown> {
    this.#calls.miss.inc();
    const lone = this.#lone.get(key) ?? { running: 0 };
    this.#lone.set(key, lone);
    lone.running += 1;
    try {
      const value = await next(call);
      if (this.#lone.get(key) === lone) this.#keep(key, call, value);
      return value;
    } finally {
      lone.running -= 1;
      if (lone.running === 0 && this.#lone.get(key) === lone) this.#lone.delete(key);
    }
  }

  #refresh(key: string, call: Call, next: Next): void {
    if (this.#shared.has(key)) return;
    this.#share(key, call, next, this.#limits.refresh).result.catch(() => this.#refreshFailures.inc());
  }

  #share(key: string, call: Call, next: Next, unwatchedMs?: number): SharedRun<unknown> {
    const over = (): boolean => this.#shared.get(key) === run && this.#shared.delete(key);
    const run = new SharedRun(call, next, over, unwatchedMs);
    this.#shared.set(key, run);
    run.result.then((value) => void (over() && this.#keep(key, call, value)), over);
    return run;
  }

  #keep(key: string, call: Call, value: unknown): void {
    const { stale, onError } = this.#limits;
    if (Math.max(stale, onError) > 0) this.#kept.set(key, { value, at: call.clock.now() });
  }
}

/** Did the other side fail to answer? A KeelsonError that blames the caller (forbidden, not found) is an answer, and the old one would be wrong. */
function isOutage(error: unknown): boolean {
  if (!isKeelsonError(error)) return true;
  const { status } = error;
  return status >= 500 || status === 408 || status === 429 || status === 499;
}

function duration(option: string, value: number): number {
  return numberWithin('cache', option, value, 0);
}

const outcomes: readonly Outcome[] = ['hit', 'stale', 'miss', 'shared', 'stale_on_error', 'no_key'];
const callsMetric = {
  name: 'keelson_cache_calls_total',
  help: 'Calls by how they were answered: hit, stale, miss (fetched), shared (waited for the fetch of another), stale_on_error (fetching failed), no_key.',
};
const refreshMetric = {
  name: 'keelson_cache_refresh_failures_total',
  help: 'Fetches in the background that failed or took too long.',
};
