import { type Timer } from '../../src/core';
import { eventually } from '../support/eventually';
import { FakeClock, settle } from '../support/fake-clock';

/** The time limit of a question; nothing else in these tests waits for as long. */
const limitMs = 2000;

/** A fake clock that knows when questions are under way: real sockets do not wait for it. */
export class LookupClock extends FakeClock {
  #open = 0;

  override after(ms: number, call: () => void): Timer {
    if (ms !== limitMs) return super.after(ms, call);
    let open = true;
    const over = (): void => {
      if (open) this.#open -= 1;
      open = false;
    };
    this.#open += 1;
    const timer = super.after(ms, () => {
      over();
      call();
    });
    return {
      cancel: () => {
        over();
        timer.cancel();
      },
    };
  }

  /** Waits until no question is under way. */
  async idle(): Promise<void> {
    await settle();
    await eventually(() => (this.#open === 0 ? true : undefined), 'an answer');
    await settle();
  }

  /** Moves time, a second at a time, and lets each question have its answer. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 1000) {
      await this.advance(Math.min(1000, left));
      await this.idle();
    }
  }
}
