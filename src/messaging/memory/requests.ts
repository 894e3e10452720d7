import { type Clock, type Timer } from '../../core';
import { type Envelope, type PublishLimits, type Reply } from '../transport';
import { deadlineOf } from './held';
import { aborted, noReply, stopped } from './refusals';

interface Waiting {
  readonly type: string;
  /** By the clock that does not jump. */
  readonly deadline: number;
  end(outcome: Reply | Error): void;
}

/** Commands that wait for their replies. One timer for all of them: most replies come long before it is needed. */
export class Requests {
  readonly #clock: Clock;
  readonly #waiting = new Set<Waiting>();
  #timer: { readonly at: number; readonly timer: Timer } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get length(): number {
    return this.#waiting.size;
  }

  /**
   * Sends it with `send`, which gets what takes the reply and returns why not if it was not taken, and waits.
   *
   * @throws why it was not taken; ABORTED, TIMEOUT and STOPPED, with the outcome unknown
   */
  wait(
    envelope: Envelope,
    { signal, timeoutMs }: PublishLimits,
    send: (answer: (reply: Reply) => void) => Error | undefined,
  ): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => waiting.end(aborted(signal?.reason, 'unknown'));
      const waiting: Waiting = {
        type: envelope.type,
        // A command without a deadline is waited for as long as its sender waits for anything.
        deadline: envelope.deadline === undefined ? this.#clock.now() + timeoutMs : deadlineOf(envelope, this.#clock),
        end: (outcome) => {
          if (!this.#waiting.delete(waiting)) return;
          signal?.removeEventListener('abort', onAbort);
          if (this.#waiting.size === 0) this.#disarm();
          if (outcome instanceof Error) reject(outcome);
          else resolve(outcome);
        },
      };
      const refusal = send((reply) => waiting.end(reply));
      if (refusal !== undefined) return reject(refusal);
      this.#waiting.add(waiting);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#arm(waiting.deadline);
    });
  }

  close(): void {
    for (const waiting of [...this.#waiting]) waiting.end(stopped('unknown'));
  }

  #arm(at: number): void {
    if (at === Infinity || (this.#timer !== undefined && this.#timer.at <= at)) return;
    this.#disarm();
    const ms = Math.max(at - this.#clock.now(), 0);
    this.#timer = { at, timer: this.#clock.after(ms, () => this.#sweep()) };
  }

  #disarm(): void {
    this.#timer?.timer.cancel();
    this.#timer = undefined;
  }

  #sweep(): void {
    this.#timer = undefined;
    const now = this.#clock.now();
    let next = Infinity;
    for (const waiting of [...this.#waiting]) {
      if (waiting.deadline <= now) waiting.end(noReply(waiting.type));
      else next = Math.min(next, waiting.deadline);
    }
    this.#arm(next);
  }
}
