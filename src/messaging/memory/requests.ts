import { type Clock } from '../../core';
import { Sweep } from '../sweep';
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
  readonly #sweep: Sweep;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#sweep = new Sweep(clock, (now) => this.#expire(now));
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
          if (this.#waiting.size === 0) this.#sweep.stop();
          if (outcome instanceof Error) reject(outcome);
          else resolve(outcome);
        },
      };
      const refusal = send((reply) => waiting.end(reply));
      if (refusal !== undefined) return reject(refusal);
      this.#waiting.add(waiting);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#sweep.watch(waiting.deadline);
    });
  }

  close(): void {
    for (const waiting of [...this.#waiting]) waiting.end(stopped('unknown'));
  }

  #expire(now: number): number {
    let next = Infinity;
    for (const waiting of [...this.#waiting]) {
      if (waiting.deadline <= now) waiting.end(noReply(waiting.type));
      else next = Math.min(next, waiting.deadline);
    }
    return next;
  }
}
