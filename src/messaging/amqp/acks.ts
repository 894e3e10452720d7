/** Where acks are written to, and replies beside them. */
export interface AckWriter {
  /** `upTo`: all lower ones too. */
  ack(tag: number, upTo: boolean): void;
  /** Hands over what was written. */
  flush(): void;
}

const atOnce = 50;

/**
 * Gathers the acks of a channel: one for many where all lower ones are done, single ones where one below still runs. They go out 50 at a time or at the end
 * of the turn of the event loop, whichever comes first.
 */
export class Acks {
  readonly #writer: AckWriter;
  /** The lowest tag that is not known to be acked and sent. */
  #base = 1;
  /** From #base on: is it done? Sent ones are `sent`. */
  #tags: ('open' | 'done' | 'sent')[] = [];
  #loose: number[] = [];
  #waiting = 0;
  #scheduled = false;
  #closed = false;

  constructor(writer: AckWriter) {
    this.#writer = writer;
  }

  /** Each delivery, in order: tags count up from 1 on each channel. */
  delivered(tag: number): void {
    while (this.#base + this.#tags.length <= tag) this.#tags.push('open');
  }

  /** It is done with. A second time it does nothing. */
  ack(tag: number): void {
    const index = tag - this.#base;
    if (this.#closed || index < 0 || this.#tags[index] !== 'open') return;
    this.#tags[index] = 'done';
    this.#loose.push(tag);
    this.#waiting += 1;
    if (this.#waiting >= atOnce) this.flush();
    else this.flushSoon();
  }

  /** At the end of the turn of the event loop. */
  flushSoon(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.flush();
    });
  }

  /** Writes what waits. */
  flush(): void {
    if (this.#closed) return;
    try {
      if (this.#waiting > 0) this.#writeAll();
      this.#writer.flush();
    } catch {
      // The channel has just ended: the broker has taken all of it back.
    }
  }

  /** The channel is gone: nothing is written any more. */
  close(): void {
    this.#closed = true;
  }

  #writeAll(): void {
    const { upTo, count, passed } = this.#front();
    if (count > 0) this.#writer.ack(upTo, count > 1);
    this.#base += passed;
    if (passed > 0) this.#tags = this.#tags.slice(passed);
    for (const tag of this.#loose) {
      if (tag < this.#base) continue;
      this.#tags[tag - this.#base] = 'sent';
      this.#writer.ack(tag, false);
    }
    this.#loose = [];
    this.#waiting = 0;
  }

  /** The run of done ones at the front: the highest that was not sent, as the broker takes none twice. */
  #front(): { upTo: number; count: number; passed: number } {
    let [upTo, count, passed] = [0, 0, 0];
    for (const state of this.#tags) {
      if (state === 'open') break;
      if (state === 'done') {
        upTo = this.#base + passed;
        count += 1;
      }
      passed += 1;
    }
    return { upTo, count, passed };
  }
}
