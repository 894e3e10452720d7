import { KeelsonError, within, type Clock, type Component, type Logger } from '../core';
import { untilOver } from './until-over';

/** How long a component may take to start, in milliseconds, before it is named as the one that hangs. */
const startLimitMs = 60_000;

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

  /** Stops what was begun, last first. One that fails or hangs does not keep the others from being stopped. */
  async stop(signal: AbortSignal): Promise<unknown[]> {
    this.#closed = true;
    const failures: unknown[] = [];
    for (let component = this.#begun.pop(); component !== undefined; component = this.#begun.pop()) {
      try {
        await stopOne(component, signal);
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
    try {
      const work = Promise.resolve(component.start?.(signal));
      await within(this.#clock, startLimitMs, work, late, signal);
    } catch (cause) {
      const message = `The component '${component.name}' could not start: ${textOf(cause)}`;
      throw new KeelsonError('START_FAILED', message, {
        retryable: true,
        cause,
        details: { component: component.name },
      });
    }
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
