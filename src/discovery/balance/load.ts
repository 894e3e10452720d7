/** How fast a latency that was high is forgotten: after this time without it, in milliseconds, 37 % of it count. */
const memoryMs = 2000;
/** A failure counts as if it had taken this long at least, in milliseconds: an instance that fails at once must not look fast. */
const failureMs = 1000;
const mostMs = 60_000;

/** What is known of the load of one instance. */
export class Load {
  inFlight = 0;
  /** When an attempt last began. */
  triedAt: number;
  /** How many picks there had been by then. */
  triedAtPick: number;
  #latency: number | undefined;
  #observedAt = 0;
  /** The begin of the attempts in flight, summed up, relative to #origin. */
  #begins = 0;
  #origin = 0;

  constructor(now: number, picks: number) {
    this.triedAt = now;
    this.triedAtPick = picks;
  }

  begin(now: number): void {
    if (this.inFlight === 0) {
      this.#origin = now;
      this.#begins = 0;
    }
    this.inFlight += 1;
    this.#begins += now - this.#origin;
  }

  /** @param took in milliseconds; what is no duration counts as 0, because one NaN would spoil all that follow */
  end(now: number, took: number, failed: boolean, ignored: boolean): void {
    const ms = took >= 0 && took < Infinity ? took : 0;
    this.inFlight = Math.max(0, this.inFlight - 1);
    this.#begins -= now - ms - this.#origin;
    // What was given up would have taken longer still.
    if (!ignored || ms > (this.#latency ?? 0)) this.#observe(now, failed ? this.#costOfFailure(ms) : ms);
  }

  /** What it took so far says nothing of what it will take: it is cold again. What is in flight still counts. */
  forget(): void {
    this.#latency = undefined;
  }

  /** The latency to expect by what attempts took of late, in milliseconds. Undefined: none is known, it is cold. */
  get latency(): number | undefined {
    return this.#latency;
  }

  /** For how long those in flight have been under way, on average, in milliseconds. More than the latency to expect: it hangs. */
  pending(now: number): number {
    return this.inFlight === 0 ? 0 : now - this.#origin - this.#begins / this.inFlight;
  }

  /** Rises at once and falls slowly. */
  #observe(now: number, ms: number): void {
    const before = this.#latency;
    if (before === undefined || ms >= before) this.#latency = ms;
    else {
      const kept = Math.exp(-Math.max(0, now - this.#observedAt) / memoryMs);
      this.#latency = before * kept + ms * (1 - kept);
    }
    this.#observedAt = now;
  }

  #costOfFailure(ms: number): number {
    return Math.min(mostMs, Math.max(ms, failureMs, 2 * (this.#latency ?? 0)));
  }
}
