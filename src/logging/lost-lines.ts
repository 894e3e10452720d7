import { type Counter, type Meter } from '../core';

/** A count of lost lines that may begin before there is a meter. */
export class LostLines {
  readonly #name: string;
  readonly #help: string;
  #total = 0;
  #meter: Meter | undefined;
  #counter: Counter | undefined;

  constructor(name: string, help: string) {
    this.#name = name;
    this.#help = help;
  }

  add(lines: number): void {
    if (lines <= 0) return;
    this.#total += lines;
    this.#counter?.inc(lines);
  }

  /** Counts there from now on, what was lost before included. */
  setMeter(meter: Meter): void {
    if (meter === this.#meter) return;
    this.#meter = meter;
    this.#counter = meter.counter({ name: this.#name, help: this.#help });
    if (this.#total > 0) this.#counter.inc(this.#total);
  }
}
