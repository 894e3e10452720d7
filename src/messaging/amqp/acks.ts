/** Where acks are written to, and replies beside them. */
export interface AckWriter {
  /** `upTo`: all lower ones too. */
  ack(tag: number, upTo: boolean): void;
  /** Hands over what was written. */
  flush(): void;
}

const atOnce = 50;

/**
 * So few frames may follow the cancelling of a consumer. RabbitMQ hands a quorum queue 32 commands of a channel that it has not answered yet, and lays the
 * acks above that aside (SOFT_LIMIT in its rabbit_fifo_client). When the channel closes, what lies aside is dropped, and delivered to somebody again.
 */
const fewFrames = 24;

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
  /** How many frames may still be written before `last`. */
  #left = Infinity;
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

  /** No more is delivered: from now on few frames are written, and what needs more waits for `last`, when one may do for all. */
  spare(): void {
    this.#left = fewFrames;
  }

  /** Writes all that waits. @returns whether those were more frames than RabbitMQ surely hands on before the channel closes */
  last(): boolean {
    const left = this.#left;
    this.#left = Infinity;
    // One more does no harm, and is all that is left where everything that was begun is done.
    return this.flush() > left + 1;
  }

  /** Writes what waits. @returns how many frames those were */
  flush(): number {
    if (this.#closed) return 0;
    try {
      const frames = this.#waiting > 0 ? this.#writeAll() : 0;
      this.#writer.flush();
      return frames;
    } catch {
      // The channel has just ended: the broker has taken all of it back.
      return 0;
    }
  }

  /** The channel is gone: nothing is written any more. */
  close(): void {
    this.#closed = true;
  }

  #writeAll(): number {
    const { upTo, count, passed } = this.#front();
    const base = this.#base + passed;
    const singles = this.#loose.filter((tag) => tag >= base);
    const frames = singles.length + (count > 0 ? 1 : 0);
    if (frames > this.#left) return 0;
    this.#left -= frames;
    if (count > 0) this.#writer.ack(upTo, count > 1);
    this.#base = base;
    if (passed > 0) this.#tags = this.#tags.slice(passed);
    for (const tag of singles) {
      this.#tags[tag - base] = 'sent';
      this.#writer.ack(tag, false);
    }
    this.#loose = [];
    this.#waiting = 0;
    return frames;
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
