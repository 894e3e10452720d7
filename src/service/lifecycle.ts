import { KeelsonError, type Clock, type Logger } from '../core';
import { StopLimits, type StopSignals } from './stop-limits';
import { untilOver } from './until-over';

/** Where a service is in its life. */
export type ServiceState = 'created' | 'starting' | 'ready' | 'draining' | 'stopped' | 'failed';

/** One step of the start. What it throws fails the start. */
export interface StartStep {
  readonly name: string;
  /** The signal aborts when the start is given up. The stop begins once the step has ended. */
  run(signal: AbortSignal): Promise<void> | void;
}

/** One step of the stop. It runs even if an earlier one failed; what it throws is collected. */
export interface StopStep {
  readonly name: string;
  run(signals: StopSignals): Promise<void> | void;
}

/** What a lifecycle is made of. */
export interface LifecycleParts {
  readonly log: Logger;
  readonly clock: Clock;
  /** Masks secrets in what the error of a failed start says: its message may end up on a terminal. */
  readonly redact: (text: string) => string;
  readonly start: readonly StartStep[];
  readonly stop: readonly StopStep[];
  /** Called when a service that was ready begins to drain: from then on new work should go elsewhere. */
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
  /** Overrides the time that a stop may take, in milliseconds. It also hastens a stop that goes on already. */
  readonly limitMs?: number | undefined;
}

/** The orders of start and stop, and the states between them. */
export class Lifecycle {
  readonly #parts: LifecycleParts;
  readonly #starting = new AbortController();
  #state: ServiceState = 'created';
  /** The steps of the start, without what follows their failure. */
  #steps: Promise<void> | undefined;
  #started: Promise<void> | undefined;
  #stopped: Promise<unknown[]> | undefined;
  #limits: StopLimits | undefined;
  #hasFailed = false;

  constructor(parts: LifecycleParts) {
    this.#parts = parts;
  }

  get state(): ServiceState {
    return this.#state;
  }

  /** Runs the start steps in order. Called twice, it is the same start. @throws START_FAILED, STOPPED once a stop was asked for */
  start(): Promise<void> {
    if (this.#stopped !== undefined && !this.#hasFailed) {
      const message = 'A stopped service cannot be started again: create a new one.';
      return Promise.reject(new KeelsonError('STOPPED', message, { retryable: false }));
    }
    return (this.#started ??= this.#start());
  }

  /** Drains and runs the stop steps in order. Called twice, it is the same stop. Resolves to what went wrong. */
  stop(how: StopHow): Promise<unknown[]> {
    if (this.#stopped === undefined) {
      let settle = (_failures: Promise<unknown[]>): void => undefined;
      // Known before the first step: who is told of the drain may ask for the stop, too.
      this.#stopped = new Promise((resolve) => {
        settle = resolve;
      });
      settle(this.#stop(how));
    } else if (how.limitMs !== undefined) this.#limits?.shorten(how.limitMs);
    return this.#stopped;
  }

  async #start(): Promise<void> {
    this.#state = 'starting';
    this.#steps = this.#runStart();
    try {
      await this.#steps;
    } catch (error) {
      if (this.#stopped !== undefined) {
        await this.#stopped;
        throw this.#failure('The service was stopped while it was starting.', error, []);
      }
      this.#hasFailed = true;
      this.#parts.log.error('start failed', { err: error });
      const failures = await this.stop({ reason: 'start failed', drainDelay: false });
      throw this.#failure(textOf(error), error, failures.map(textOf));
    }
  }

  #failure(reason: string, cause: unknown, more: readonly string[]): KeelsonError {
    const reasons = [reason, ...more].map((text) => this.#parts.redact(text));
    const message = ['The service could not start.', ...reasons].join('\n  ');
    return new KeelsonError('START_FAILED', message, { retryable: false, cause, details: { reasons } });
  }

  async #runStart(): Promise<void> {
    const { signal } = this.#starting;
    for (const step of this.#parts.start) {
      await step.run(signal);
      signal.throwIfAborted();
    }
    this.#state = 'ready';
  }

  async #stop(how: StopHow): Promise<unknown[]> {
    const { log, clock, onDrain, drainDelayMs, timeoutMs } = this.#parts;
    const was = this.#state;
    const limits = new StopLimits(clock, how.limitMs ?? timeoutMs());
    this.#limits = limits;
    this.#state = 'draining';
    const failures: unknown[] = [];
    if (was !== 'created') log.info('stopping', { reason: how.reason });
    if (was === 'starting') await this.#giveUpStart(limits, failures);
    if (was === 'ready') {
      onDrain();
      if (how.drainDelay) await limits.delay(drainDelayMs());
    }
    for (const step of this.#parts.stop) await this.#runStop(step, limits, failures);
    limits.end();
    this.#state = this.#hasFailed ? 'failed' : 'stopped';
    return failures;
  }

  /** What a step of the start has in hand could be opened after the stop, and then stay open: so the stop waits for it. */
  async #giveUpStart(limits: StopLimits, failures: unknown[]): Promise<void> {
    this.#starting.abort(new KeelsonError('STOPPED', 'The service was told to stop.', { retryable: false }));
    const ended = (this.#steps as Promise<void>).catch(() => undefined);
    try {
      await untilOver(ended, limits.work, () => late('The start did not end when it was given up.'));
    } catch (err) {
      failures.push(err);
      this.#parts.log.error('the start could not be given up', { err });
    }
  }

  async #runStop(step: StopStep, limits: StopLimits, failures: unknown[]): Promise<void> {
    try {
      const run = async (): Promise<void> => step.run(limits);
      await limits.hold(run(), () => late(`The step '${step.name}' did not end in time.`));
    } catch (err) {
      failures.push(err);
      this.#parts.log.error('a step of the stop failed', { step: step.name, err });
    }
  }
}

function late(message: string): KeelsonError {
  return new KeelsonError('TIMEOUT', message, { retryable: false });
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
