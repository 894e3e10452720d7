import { type Clock } from '../core';
import { type LetterProgress } from '../messaging/amqp';

/** What is shorter needs none, in ms. */
const quietMs = 1_000;
const barEveryMs = 100;
const lineEveryMs = 10_000;
const barWidth = 24;

/** How far a long walk is: a bar in a terminal, now and then a line elsewhere. */
export class Progress {
  readonly #clock: Clock;
  readonly #err: (text: string) => void;
  readonly #columns: number | undefined;
  readonly #past: string;
  #next: number;
  #barStands = false;

  /** @param parts `columns`: of the terminal, undefined if it is none; `past`: what is done, like `replayed` */
  constructor(parts: {
    readonly clock: Clock;
    err(text: string): void;
    readonly columns: number | undefined;
    readonly past: string;
  }) {
    this.#clock = parts.clock;
    this.#err = (text) => parts.err(text);
    this.#columns = parts.columns;
    this.#past = parts.past;
    this.#next = parts.clock.now() + quietMs;
  }

  tell(progress: LetterProgress): void {
    const now = this.#clock.now();
    if (now < this.#next) return;
    this.#next = now + (this.#columns === undefined ? lineEveryMs : barEveryMs);
    const { seen, total, done } = progress;
    const text = `${seen} of ${total} looked at, ${done} ${this.#past}`;
    if (this.#columns === undefined) return this.#err(`${text}\n`);
    this.#barStands = true;
    this.#err(`\r\u001b[2K${`${bar(seen / total)} ${text}`.slice(0, this.#columns - 1)}`);
  }

  /** Takes the bar away. */
  end(): void {
    if (this.#barStands) this.#err('\r\u001b[2K');
    this.#barStands = false;
  }
}

function bar(share: number): string {
  const full = Math.round(share * barWidth);
  return `[${'='.repeat(full)}${' '.repeat(barWidth - full)}] ${String(Math.floor(share * 100)).padStart(3)}%`;
}
