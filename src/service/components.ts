import { KeelsonError, within, type Clock, type Component, type Logger } from '../core';
import { untilOver } from './until-over';

/** How long a component may take to start, in milliseconds, before it is named as the one that hangs. */
const startLimitMs = 60_000;

/** How long a component whose start was given up may go on with it before its stop is called all the same, in milliseconds. */
const givenUpMs = 1_000;

/** The components of a service: started in the order in which they were given, stopped in reverse. */
export class Components {
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #given: Component[] = [];
  /** In the order in which their start was begun: one that failed half way is stopped too. */
  readonly #begun: Component[] = [];
  #closed = false;

  constructor(log: Logger, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** @throws START_FAILED when the name is taken or malformed, or the service has already started */
  add(component: Component): void {
    const { name } = component;
    if (this.#closed)
      throw refusal(`The component '${name}' came too late: give components to the service before start().`);
    if (typeof name !== 'string' || name === '') throw refusal('A component needs a name.');
    if (this.#given.some((one) => one.name === name)) throw refusal(`There are two components named '${name}'.`);
    this.#given.push(component);
  }

  /** In the order in which they were given. */
  get names(): readonly string[] {
    return this.#given.map(({ name }) => name);
  }

  /** Takes back the one that was added last. */
  takeBack(): void {
    this.#given.pop();
  }

  /** @throws START_FAILED that names the component; those begun must then be stopped */
  async start(signal: AbortSignal): Promise<void> {
    this.#closed = true;
    for (const component of this.#given) {
      signal.throwIfAborted();
      this.#begun.push(component);
      const startedAt = this.#clock.now();
      await this.#startOne(component, signal);
      this.#log.debug('component started', { component: component.name, durationMs: this.#clock.now() - startedAt });
    }
  }

  /**
   * Stops what was begun, last first. One that fails or hangs does not keep the others from being stopped.
   *
   * @param turn makes the signal of the next one: it aborts when that one must be left behind, so that the others can stop too
   */
  async stop(turn: (left: number) => AbortSignal): Promise<unknown[]> {
    this.#closed = true;
    const failures: unknown[] = [];
    for (let component = this.#begun.pop(); component !== undefined; component = this.#begun.pop()) {
      try {
        await stopOne(component, turn(this.#begun.length + 1));
      } catch (cause) {
        const message = `The component '${component.name}' failed to stop: ${textOf(cause)}`;
        failures.push(new KeelsonError('STOPPED', message, { retryable: false, cause }));
      }
    }
    return failures;
  }

  async #startOne(component: Component, signal: AbortSignal): Promise<void> {
    const late = (): Error =>
      new KeelsonError(
        'TIMEOUT',
        signal.aborted ? 'The start was given up.' : `Not started after ${startLimitMs} ms.`,
        { retryable: true },
      );
    let work: Promise<void> | undefined;
    try {
      work = Promise.resolve(component.start?.(signal));
      await within(this.#clock, startLimitMs, work, late, signal);
    } catch (cause) {
      if (signal.aborted) await this.#settled(work);
      const message = `The component '${component.name}' could not start: ${textOf(cause)}`;
      throw new KeelsonError('START_FAILED', message, {
        retryable: true,
        cause,
        details: { component: component.name },
      });
    }
  }

  /** What a start has in hand would otherwise be opened after the stop had looked for it: a registration, say, that nobody takes back. */
  async #settled(work: Promise<void> | undefined): Promise<void> {
    const ended = Promise.allSettled([work]).then(() => undefined);
    await within(this.#clock, givenUpMs, ended, () => new Error('late')).catch(() => undefined);
  }
}

async function stopOne(component: Component, signal: AbortSignal): Promise<void> {
  const late = (): Error => new KeelsonError('TIMEOUT', 'Not stopped when the time was up.', { retryable: false });
  await untilOver(Promise.resolve(component.stop?.(signal)), signal, late);
}

function refusal(message: string): KeelsonError {
  return new KeelsonError('START_FAILED', message, { retryable: false });
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
