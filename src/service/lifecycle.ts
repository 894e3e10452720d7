import { KeelsonError, longestDelayMs, type Clock, type Logger, type Timer } from '../core';

/** Where a service is in its life. */
export type ServiceState = 'created' | 'starting' | 'ready' | 'draining' | 'stopped' | 'failed';

/** One step of the start. What it throws fails the start. */
export interface StartStep {
  readonly name: string;
  run(signal: AbortSignal): Promise<void> | void;
}

/** One step of the stop. It runs even if an earlier one failed; what it throws is collected. */
export interface StopStep {
  readonly name: string;
  run(signals: StopSignals): Promise<void> | void;
}

/** How long the steps of a stop may wait. */
export interface StopSignals {
  /** Aborts when the work in hand must end: before all time is up, so that what it used can still be closed in order. */
  readonly work: AbortSignal;
  /** Aborts when all time is up: close at once then. */
  readonly all: AbortSignal;
}

/** What is kept back of the time for a stop when work takes its share to the end: a fifth, at most this many milliseconds. */
const keptBackMs = 2_000;

/** What a lifecycle is made of. */
export interface LifecycleParts {
  readonly log: Logger;
  readonly clock: Clock;
  readonly start: readonly StartStep[];
  readonly stop: readonly StopStep[];
  /** Called when the drain begins: from then on new work should go elsewhere. */
  readonly onDrain: () => void;
  /** How long to serve on while draining, in milliseconds. */
  readonly drainDelayMs: () => number;
  /** How long a stop may take, the drain delay included, in milliseconds. */
  readonly timeoutMs: () => number;
}

/** How to stop. */
export interface StopHow {
  readonly reason: string;
  readonly drainDelay: boolean;
  readonly limitMs?: number | undefined;
}

/** The orders of start and stop, and the states between them. */
export class Lifecycle {
  readonly #parts: LifecycleParts;
  readonly #starting = new AbortController();
  #state: ServiceState = 'created';
  #started: Promise<void> | undefined;
  #stopped: Promise<unknown[]> | undefined;

  constructor(parts: LifecycleParts) {
    this.#parts = parts;
  }

  get state(): ServiceState {
    return this.#state;
  }

  /** Runs the start steps in order. Called twice, it is the same start. @throws START_FAILED, STOPPED */
  start(): Promise<void> {
    if (this.#stopped !== undefined && this.#started === undefined) {
      return Promise.reject(
        new KeelsonError('STOPPED', 'A stopped service cannot be started again: create a new one.', {
          retryable: false,
        }),
      );
    }
    return (this.#started ??= this.#start());
  }

  /** Drains and runs the stop steps in order. Called twice, it is the same stop. Resolves to what went wrong. */
  stop(how: StopHow): Promise<unknown[]> {
    return (this.#stopped ??= this.#stop(how));
  }

  async #start(): Promise<void> {
    this.#state = 'starting';
    const { signal } = this.#starting;
    try {
      for (const step of this.#parts.start) {
        await step.run(signal);
        if (signal.aborted)
          throw new KeelsonError('START_FAILED', 'The service was stopped while it was starting.', { retryable: true });
      }
      this.#state = 'ready';
    } catch (error) {
      if (this.#stopped === undefined) {
        this.#parts.log.error('start failed', { err: error });
        const failures = await this.stop({ reason: 'start failed', drainDelay: false });
        this.#state = 'failed';
        throw startFailed(error, failures);
      }
      await this.#stopped;
      throw startFailed(error, []);
    }
  }

  async #stop(how: StopHow): Promise<unknown[]> {
    const { log, clock, onDrain } = this.#parts;
    const was = this.#state;
    if (was !== 'created') log.info('stopping', { reason: how.reason });
    if (was === 'starting') this.#starting.abort();
    const limits = new StopLimits(clock, how.limitMs ?? this.#parts.timeoutMs());
    this.#state = 'draining';
    onDrain();
    if (how.drainDelay && was === 'ready') await delay(clock, this.#parts.drainDelayMs(), limits.work);
    const failures: unknown[] = [];
    for (const step of this.#parts.stop) {
      try {
        await step.run(limits);
      } catch (err) {
        failures.push(err);
        log.error('a step of the stop failed', { step: step.name, err });
      }
    }
    limits.end();
    this.#state = 'stopped';
    return failures;
  }
}

class StopLimits implements StopSignals {
  readonly #work = new AbortController();
  readonly #all = new AbortController();
  readonly #timers: readonly Timer[];
  /** The chassis's timers keep no process alive, but one that stops must live until it has. */
  readonly #alive = setInterval(() => undefined, longestDelayMs);

  constructor(clock: Clock, ms: number) {
    const reason = new KeelsonError('TIMEOUT', `The stop took longer than ${ms} ms.`, { retryable: false });
    this.#timers = [
      clock.after(ms - Math.min(ms / 5, keptBackMs), () => this.#work.abort(reason)),
      clock.after(ms, () => this.#all.abort(reason)),
    ];
  }

  get work(): AbortSignal {
    return this.#work.signal;
  }

  get all(): AbortSignal {
    return this.#all.signal;
  }

  end(): void {
    for (const timer of this.#timers) timer.cancel();
    clearInterval(this.#alive);
  }
}

function startFailed(error: unknown, failures: readonly unknown[]): KeelsonError {
  const reason = error instanceof Error ? error.message : String(error);
  const more = failures.map((failure) => (failure instanceof Error ? failure.message : String(failure)));
  const message = ['The service could not start.', reason, ...more].join('\n  ');
  return new KeelsonError('START_FAILED', message, {
    retryable: false,
    cause: error,
    details: { reasons: [reason, ...more] },
  });
}

function delay(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.after(ms, done);
    signal.addEventListener('abort', done, { once: true });
  });
}
