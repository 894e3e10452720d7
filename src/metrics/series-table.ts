import { type Labels } from '../core';
import { usageError } from './metric-error';
import { labelText } from './text-format';

/** Where a series stands: its label values in the order of the metric's label names, and the same ready to be written. */
export interface Place {
  readonly values: readonly string[];
  readonly text: string;
}

/** What a table is made from. */
export interface SeriesTableOptions<S> {
  readonly metric: string;
  readonly labelNames: readonly string[];
  readonly maxSeries: number;
  readonly maxLabelLength: number;
  /** Masks secrets in the value of a label: once per series, since only masked values are kept. */
  readonly redact: (value: string) => string;
  readonly create: (place: Place) => S;
  /** Called each time that labels end up in the overflow series. */
  readonly onOverflow: () => void;
}

/** The value of every label of the series that takes what is over the limit. */
export const overflowValue = '_overflow';

/** One level of the table: a label's values. A value that was given as a number stands here as number and as text. */
interface Branch<S> {
  readonly next: Map<string | number, Branch<S>>;
  series: S | undefined;
}

/**
 * The series of one metric, found by their labels. It is a tree with one level per label, so that finding a series builds no key.
 * It never holds more than `maxSeries` series and the overflow series, whatever the values are.
 */
export class SeriesTable<S> {
  readonly #options: SeriesTableOptions<S>;
  readonly #names: readonly string[];
  readonly #root: Branch<S> = newBranch();
  /** All series in the order in which they came up. */
  readonly all: S[] = [];
  #overflow: S | undefined;

  constructor(options: SeriesTableOptions<S>) {
    this.#options = options;
    this.#names = options.labelNames;
    if (this.#names.length === 0) this.#create(this.#root, []);
  }

  /** The one series of a metric without labels. @throws INTERNAL when the metric has labels */
  get only(): S {
    return this.#names.length === 0 ? (this.#root.series as S) : this.#miss({});
  }

  /** The series of these labels, made if need be. @throws INTERNAL unless exactly the metric's labels are given */
  find(labels: Labels): S {
    if (typeof labels !== 'object' || labels === null) return this.#miss({});
    const names = this.#names;
    let branch: Branch<S> | undefined = this.#root;
    for (let i = 0; i < names.length && branch !== undefined; i++) {
      branch = branch.next.get(labels[names[i] as string] as string | number);
    }
    const found = branch?.series;
    if (found === undefined || countKeys(labels) !== names.length) return this.#miss(labels);
    return found;
  }

  #miss(labels: Labels): S {
    const values = this.#check(labels);
    const known = this.#walk(values);
    const full = this.all.length - (this.#overflow === undefined ? 0 : 1) >= this.#options.maxSeries;
    if (known === undefined && full) {
      this.#options.onOverflow();
      return this.#overflowSeries();
    }
    const branch = this.#grow(values, labels);
    return branch.series ?? this.#create(branch, values);
  }

  #check(labels: Labels): string[] {
    const { metric, maxLabelLength, redact } = this.#options;
    if (countKeys(labels) !== this.#names.length || !this.#names.every((name) => Object.hasOwn(labels, name))) {
      const given = Object.keys(labels).slice(0, 20).join(', ');
      throw usageError(`metric ${metric} has the labels [${this.#names.join(', ')}], given were [${given}]`, {
        metric,
      });
    }
    return this.#names.map((name) => {
      const value: unknown = labels[name];
      if (typeof value === 'number') return String(value);
      if (typeof value === 'string') return cleaned(redact(value), maxLabelLength);
      throw usageError(`metric ${metric}: label ${name} must be a string or a number`, { metric, label: name });
    });
  }

  #walk(values: readonly string[]): S | undefined {
    let branch: Branch<S> | undefined = this.#root;
    for (const value of values) branch = branch?.next.get(value);
    return branch?.series;
  }

  /** The branch of these values. Numbers among the labels are entered as such too, so that they are found without a conversion. */
  #grow(values: readonly string[], labels: Labels): Branch<S> {
    let branch = this.#root;
    for (const [i, value] of values.entries()) {
      let next = branch.next.get(value);
      if (next === undefined) {
        next = newBranch();
        branch.next.set(value, next);
      }
      const given = labels[this.#names[i] as string];
      if (typeof given === 'number') branch.next.set(given, next);
      branch = next;
    }
    return branch;
  }

  #create(branch: Branch<S>, values: readonly string[]): S {
    const text = values.map((value, i) => labelText(this.#names[i] as string, value)).join(',');
    const series = this.#options.create({ values, text });
    branch.series = series;
    this.all.push(series);
    return series;
  }

  /** If the program itself uses the overflow's values, both are one series: the same series twice would fail the scrape. */
  #overflowSeries(): S {
    if (this.#overflow !== undefined) return this.#overflow;
    const values = this.#names.map(() => overflowValue);
    const known = this.#walk(values);
    if (known !== undefined) return known;
    this.#overflow = this.#create(this.#grow(values, {}), values);
    return this.#overflow;
  }
}

function newBranch<S>(): Branch<S> {
  return { next: new Map(), series: undefined };
}

function countKeys(labels: Labels): number {
  let count = 0;
  for (const _ in labels) count++;
  return count;
}

/**
 * Cut to length, without what cannot be sent (halves of surrogate pairs, NUL). Values that look the same on the wire are the same here.
 * The copy through a buffer also lets go of a longer string that this one may be a piece of.
 */
function cleaned(value: string, maxLength: number): string {
  let end = Math.min(value.length, maxLength);
  if (end < value.length && isHighSurrogate(value.charCodeAt(end - 1))) end--;
  return Buffer.from(value.slice(0, end)).toString().replaceAll('\0', '\ufffd');
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
