import { type Logger } from '../core';
import { type BreakerChange, type BreakerEvent } from './circuit-breaker-state';

type Listener = (change: BreakerChange) => void;

/** Who wants to know of changes. A listener that throws is logged and harms nobody. */
export class BreakerListeners {
  readonly #log: Logger;
  #all: readonly { readonly event: BreakerEvent; readonly listener: Listener }[] = [];

  constructor(log: Logger) {
    this.#log = log;
  }

  /** @returns ends it */
  add(event: BreakerEvent, listener: Listener): () => void {
    const one = { event, listener };
    this.#all = [...this.#all, one];
    return () => {
      this.#all = this.#all.filter((each) => each !== one);
    };
  }

  tell(change: BreakerChange): void {
    for (const { event, listener } of this.#all) {
      if (event !== 'change' && event !== change.to) continue;
      try {
        listener(change);
      } catch (error) {
        this.#log.error('a listener of the circuit breaker threw', { breaker: change.breaker, event, err: error });
      }
    }
  }
}
