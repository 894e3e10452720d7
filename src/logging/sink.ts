import { type Clock } from '../core';

/** What lines are written to: a Node.js stream such as process.stdout, or something that looks like one. */
export interface LogOutput {
  /** Takes text; `done` is called when it has been passed on. False: wait for `drain`. */
  write(chunk: string, done?: (error?: Error | null) => void): boolean;
  /** Bytes taken but not yet passed on. */
  readonly writableLength?: number;
  /** As of an EventEmitter. */
  on(event: 'error' | 'drain', listener: (error?: unknown) => void): unknown;
  /** As of an EventEmitter. */
  off(event: 'error' | 'drain', listener: (error?: unknown) => void): unknown;
}

/** What a sink is made from. */
export interface SinkOptions {
  readonly out: LogOutput;
  /** Bytes that may wait, here and in `out` together. */
  readonly maxBuffered: number;
  readonly clock: Clock;
  /** Told how many lines were just lost. */
  readonly lost: (lines: number) => void;
  /** The line that says, once lines pass again, how many were lost. */
  readonly notice: (lines: number) => string;
}

/** So much is written without waiting for the end of the turn. */
const chunkSize = 32_768;
/** After a failed write `out` is left alone for so long. A full disk may have room again; a closed pipe costs one try a second. */
const retryMs = 1_000;

/**
 * Writes lines in batches, one per turn of the event loop, and never waits, throws or keeps more than its limit. Only what `out` has passed on to the
 * system is followed by more, so what piles up piles up here, where it is counted.
 *
 * Works before `start()` and after `close()` too; then the listener that keeps a broken pipe from ending the process is there only while it writes.
 */
export class Sink {
  readonly #options: SinkOptions;
  readonly #out: LogOutput;
  #batch = '';
  #lines = 0;
  #scheduled = false;
  /** `out` has not yet passed on what it was given. */
  #blocked = false;
  #unsettled = 0;
  #retryAt = 0;
  /** Lost lines that no notice has told of yet. */
  #untold = 0;
  #started = false;
  #listening = false;
  readonly #waiters = new Set<() => void>();

  constructor(options: SinkOptions) {
    this.#options = options;
    this.#out = options.out;
  }

  /** From here on a failing `out` can never end the process. */
  start(): void {
    this.#started = true;
    this.#listen();
  }

  /** @param line ends with a line end */
  write(line: string): void {
    if (this.#batch.length + (this.#out.writableLength ?? 0) + line.length > this.#options.maxBuffered) {
      this.#lose(1);
      return;
    }
    this.#batch += line;
    this.#lines += 1;
    if (this.#scheduled && this.#batch.length < chunkSize) return;
    if (this.#blocked || (this.#retryAt > 0 && this.#options.clock.now() < this.#retryAt)) return;
    if (this.#batch.length >= chunkSize) this.#flush();
    else this.#schedule();
  }

  /** Writes what waits at once, even if `out` is busy: for the moment before the process exits. */
  flushNow(): void {
    this.#blocked = false;
    this.#retryAt = 0;
    this.#flush();
  }

  /** Resolves when everything was passed on, when `out` failed, or after the limit. */
  async flush(limitMs: number): Promise<void> {
    this.#retryAt = 0;
    this.#flush();
    if (this.#idle()) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.#waiters.delete(done);
        timer.cancel();
        resolve();
      };
      const timer = this.#options.clock.after(limitMs, done);
      this.#waiters.add(done);
    });
  }

  /** Flushes, and takes the listeners off. */
  async close(limitMs: number): Promise<void> {
    await this.flush(limitMs);
    this.#started = false;
    this.#releaseSoon();
  }

  #schedule(): void {
    this.#scheduled = true;
    setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    this.#scheduled = false;
    this.#flush();
  };

  #flush(): void {
    if (this.#batch === '' || this.#blocked || (this.#retryAt > 0 && this.#options.clock.now() < this.#retryAt)) return;
    const told = this.#untold;
    const lines = this.#lines;
    // What was lost came after what is waiting, so the notice does too.
    const chunk = told > 0 ? this.#batch + this.#options.notice(told) : this.#batch;
    this.#batch = '';
    this.#lines = 0;
    this.#untold = 0;
    this.#hand(chunk, lines, told);
  }

  #hand(chunk: string, lines: number, told: number): void {
    let settled = false;
    const settle = (error?: unknown): void => {
      if (settled) return;
      settled = true;
      this.#settle(lines, told, error);
    };
    this.#listen();
    this.#unsettled += 1;
    this.#blocked = true;
    try {
      const taken = this.#out.write(chunk, settle);
      // A big write answers false even when the system took it at once; what still waits tells the truth.
      if (!settled) this.#blocked = this.#out.writableLength === undefined ? !taken : this.#out.writableLength > 0;
    } catch (error) {
      settle(error);
    }
  }

  #settle(lines: number, told: number, error: unknown): void {
    this.#unsettled -= 1;
    if (this.#unsettled === 0) this.#blocked = false;
    if (error !== undefined && error !== null) {
      this.#untold += told;
      this.#lose(lines);
      this.#retryAt = this.#options.clock.now() + retryMs;
      this.#wake();
    } else {
      this.#retryAt = 0;
      this.#goOn();
    }
    if (!this.#started) this.#releaseSoon();
  }

  #goOn(): void {
    if (!this.#blocked && !this.#scheduled) this.#flush();
    if (this.#idle()) this.#wake();
  }

  readonly #onDrain = (): void => {
    this.#blocked = false;
    this.#goOn();
  };

  /** The write's own callback has the error too; this only keeps the event from being unhandled. */
  readonly #onError = (): void => undefined;

  #lose(lines: number): void {
    this.#untold += lines;
    this.#options.lost(lines);
  }

  #idle(): boolean {
    if (this.#batch !== '') return false;
    return this.#out.writableLength === undefined ? this.#unsettled === 0 : this.#out.writableLength === 0;
  }

  #wake(): void {
    for (const done of [...this.#waiters]) done();
  }

  #listen(): void {
    if (this.#listening) return;
    this.#listening = true;
    this.#out.on('error', this.#onError);
    this.#out.on('drain', this.#onDrain);
  }

  /** A turn later, since the error event comes after the write's callback. */
  #releaseSoon(): void {
    setImmediate(() => {
      if (this.#started || !this.#listening || !this.#idle()) return;
      this.#listening = false;
      this.#out.off('error', this.#onError);
      this.#out.off('drain', this.#onDrain);
    });
  }
}
