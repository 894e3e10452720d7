import { Client, Pool } from 'undici';
import { type Clock } from '../core';

/** How connections are made and kept. */
export interface PoolOptions {
  readonly connectTimeoutMs: number;
  /** Connections to one instance at most; further requests wait for one. */
  readonly connections: number;
  /** How long an idle connection is kept, unless the other side says less. */
  readonly keepAliveMs: number;
}

/** The connections to one origin. */
export interface Kept {
  readonly pool: Pool;
  usedAt: number;
  /** Has it carried an answer? Then a connection of it may have been kept, and gone stale. */
  warm: boolean;
}

/** A pool that nobody used for so long is closed, in milliseconds; its connections were closed long before. */
const unusedMs = 300_000;
/** How often is looked, in milliseconds. */
const sweepMs = 30_000;
/** How long answers that are on their way are waited for at the end, in milliseconds. */
const closeMs = 1_000;

/** The connections to each origin. Made when first needed; without a timer of its own: those that nobody uses are closed when others are used. */
export class Pools {
  readonly #options: PoolOptions;
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();
  #sweptAt: number;

  constructor(options: PoolOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#sweptAt = clock.now();
  }

  /** The connections to an origin such as `http://10.0.0.7:8080`. @param now the time, for who has just looked */
  of(origin: string, now = this.#clock.now()): Kept {
    if (now - this.#sweptAt > sweepMs) this.#sweep(now);
    let kept = this.#kept.get(origin);
    if (kept === undefined) {
      kept = { pool: this.#open(origin), usedAt: now, warm: false };
      this.#kept.set(origin, kept);
    }
    kept.usedAt = now;
    return kept;
  }

  /** A connection that nobody has used before, made with its first request. Who asks for it ends it. */
  fresh(origin: string): Client {
    return new Client(origin, this.#each());
  }

  /** How many origins there are connections to, at most. */
  get size(): number {
    return this.#kept.size;
  }

  /** Waits a second for answers that are on their way, then closes everything. */
  async close(): Promise<void> {
    const pools = [...this.#kept.values()].map(({ pool }) => pool);
    this.#kept.clear();
    const late = this.#clock.after(closeMs, () => pools.forEach((pool) => void pool.destroy()));
    await Promise.allSettled(pools.map((pool) => pool.close()));
    late.cancel();
  }

  #open(origin: string): Pool {
    return new Pool(origin, { ...this.#each(), connections: this.#options.connections });
  }

  /** How each connection is made and kept. */
  #each(): Client.Options {
    const { connectTimeoutMs, keepAliveMs } = this.#options;
    return { connect: { timeout: connectTimeoutMs }, keepAliveTimeout: keepAliveMs, maxHeaderSize: 65_536 };
  }

  #sweep(now: number): void {
    this.#sweptAt = now;
    for (const [origin, { pool, usedAt }] of this.#kept) {
      if (now - usedAt < unusedMs) continue;
      this.#kept.delete(origin);
      void pool.close();
    }
  }
}
