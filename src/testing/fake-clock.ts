// Not the globals: a runner's fake timers replace those.
import { setImmediate as nextTurn, setTimeout as realMs } from 'node:timers/promises';
import { type Clock, type Timer } from '../core';
import { outOfPatience, Patience } from './until';

/** Time that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /**
   * Lets so much time pass, in milliseconds: what falls due is called in its order, each at its own time, and after each call what is ready in the process runs
   * (promises, messages of the memory broker). Answers over sockets take real time: wait for them before you let the next time pass, or use {@link FakeClock.passUntil}.
   */
  advance(ms: number): Promise<void>;
  /**
   * Lets time pass from one pause to the next until the work has settled. A pause is a wait that is itself the work, as before a retry or in a stub that answers late;
   * limits (timeouts, deadlines) that fall due on the way do so in their order. While nothing pauses time stands still, so that real sockets can answer.
   *
   * @param limitMs how long that may take in real time, in milliseconds. Default 10000
   * @returns the work's result
   * @throws what the work threw; an AssertionError when it has not settled within the limit
   */
  passUntil<T>(work: Promise<T>, limitMs?: number): Promise<T>;
  /** Sets the wall clock, as an operator would: the monotonic time does not move. */
  jumpWall(ms: number): void;
  /** How many timers are running: 0 when everything was stopped. */
  readonly timers: number;
}

/** Where a fake clock begins. */
export interface FakeClockOptions {
  /** Milliseconds since the epoch. @default 1700000000000 (2023-11-14T22:13:20Z) */
  readonly at?: number;
}

interface Due {
  at: number;
  readonly every: number | undefined;
  /** Somebody has nothing else to do until then. */
  readonly pause: boolean;
  readonly call: () => void;
}

/** So many turns of the event loop for what one call sets off: a message that leads to another one takes several. */
const turnsEach = 5;
/** How long real sockets get between two looks of {@link FakeClock.passUntil}, in milliseconds. */
const lookMs = 2;

/** Makes a clock that stands still. Give it to {@link startTestService}, {@link createTestNetwork} or whatever else takes a `Clock`. */
export function fakeClock({ at = 1_700_000_000_000 }: FakeClockOptions = {}): FakeClock {
  return new StandingClock(at);
}

/** Is it one that must be moved? */
export function isFakeClock(clock: Clock): clock is FakeClock {
  return clock instanceof StandingClock;
}

/** What {@link fakeClock} makes. */
export class StandingClock implements FakeClock {
  readonly #turns: number;
  #now: number;
  #wallShift = 0;
  readonly #due = new Set<Due>();

  /** @param turns of the event loop after each call */
  constructor(at: number, turns = turnsEach) {
    this.#now = at;
    this.#turns = turns;
  }

  now(): number {
    return this.#now;
  }

  wall(): number {
    return this.#now + this.#wallShift;
  }

  jumpWall(ms: number): void {
    this.#wallShift += ms;
  }

  after(ms: number, call: () => void, keepAlive = false): Timer {
    return this.#add({ at: this.#now + ms, every: undefined, pause: keepAlive, call });
  }

  every(ms: number, call: () => void): Timer {
    return this.#add({ at: this.#now + ms, every: ms, pause: false, call });
  }

  get timers(): number {
    return this.#due.size;
  }

  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await turns(this.#turns);
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#fire(next);
      await turns(this.#turns);
    }
    this.#now = Math.max(this.#now, end);
    await turns(this.#turns);
  }

  async passUntil<T>(work: Promise<T>, limitMs = 10_000): Promise<T> {
    let settled = false;
    const end = (): void => void (settled = true);
    work.then(end, end);
    const patience = new Patience(limitMs);
    for (await realMs(0); !settled && !patience.over; await realMs(lookMs)) {
      const next = this.#next(this.#firstPause());
      if (next !== undefined) this.#fire(next);
    }
    patience.end();
    if (!settled) throw outOfPatience('what time was passing for', limitMs);
    return work;
  }

  #fire(due: Due): void {
    this.#now = Math.max(this.#now, due.at);
    if (due.every === undefined) this.#due.delete(due);
    // Not faster than time itself: one of 0 ms would be due for ever.
    else due.at += Math.max(1, due.every);
    due.call();
  }

  /** When the first pause ends; -Infinity if nobody pauses. */
  #firstPause(): number {
    const ends = [...this.#due].filter(({ pause }) => pause).map(({ at }) => at);
    return ends.length === 0 ? -Infinity : Math.min(...ends);
  }

  /** What falls due first, by then. */
  #next(end: number): Due | undefined {
    let first: Due | undefined;
    for (const due of this.#due) if (due.at <= end && (first === undefined || due.at < first.at)) first = due;
    return first;
  }

  #add(due: Due): Timer {
    this.#due.add(due);
    return { cancel: () => void this.#due.delete(due) };
  }
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await nextTurn();
}
