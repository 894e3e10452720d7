import { familyName } from './definition';
import { type Sample, type Snapshot } from './family';
import { boundText, braced, labelText, valueText, type Page, type Source } from './text-format';

const types: readonly string[] = ['counter', 'gauge', 'histogram', 'summary', 'untyped'];
const sampleName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

type Redact = (text: string) => string;

/** Labels with the secrets in their values masked. */
export function maskedLabels(
  labels: Readonly<Record<string, unknown>>,
  redact: Redact,
): Readonly<Record<string, unknown>> {
  const masked: Record<string, unknown> = {};
  for (const name of Object.keys(labels)) {
    const value = labels[name];
    masked[name] = typeof value === 'string' ? redact(value) : value;
  }
  return masked;
}

/** A metric that somebody else registered, as far as this folder relies on it. */
export interface ForeignMetric {
  readonly name: string;
  get(): Promise<Snapshot>;
}

/**
 * A prom-client metric as it was when it was read. It is written here and not by prom-client, whose OpenMetrics writer renames
 * counters for good, and whose `Nan` OpenMetrics does not know.
 */
export class ForeignSource implements Source {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly #values: readonly Sample[];
  readonly #redact: Redact;

  /** @throws if it would write something that is not a sample: one bad line makes the whole page unreadable */
  constructor(snapshot: Snapshot, redact: Redact) {
    this.#redact = redact;
    this.name = snapshot.name;
    this.type = snapshot.type;
    this.help = redact(String(snapshot.help));
    this.#values = [...snapshot.values];
    if (!types.includes(this.type)) throw new Error(`unknown type ${this.type}`);
    if (typeof this.name !== 'string' || !sampleName.test(this.name)) throw new Error('malformed name');
    for (const sample of this.#values) checkSample(sample);
  }

  get size(): number {
    return this.#values.length;
  }

  write(index: number, page: Page): void {
    const { value, labels, metricName = this.name, exemplar } = this.#values[index] as Sample;
    const open = page.format === 'openmetrics';
    const name = open && this.type === 'counter' ? `${familyName(metricName, this.type)}_total` : metricName;
    const line = `${name}${braced(labelsText({ ...page.common, ...maskedLabels(labels, this.#redact) }))} ${valueText(value)}`;
    if (!open || exemplar === undefined || exemplar === null) page.lines.push(line);
    else
      page.lines.push(
        `${line} # {${labelsText(exemplar.labelSet)}} ${valueText(exemplar.value)} ${exemplar.timestamp}`,
      );
  }
}

function checkSample({ value, labels, metricName }: Sample): void {
  if (typeof value !== 'number') throw new Error('a value is not a number');
  if (metricName !== undefined && !sampleName.test(metricName)) throw new Error('malformed name of a sample');
  for (const name of Object.keys(labels)) if (!labelName.test(name)) throw new Error('malformed name of a label');
}

function labelsText(labels: Readonly<Record<string, unknown>>): string {
  return Object.keys(labels)
    .map((name) => labelText(name, isBound(name, labels[name]) ? boundText(labels[name]) : labels[name]))
    .join(',');
}

/** prom-client keeps bounds and quantiles as numbers. */
function isBound(name: string, value: unknown): value is number {
  return typeof value === 'number' && (name === 'le' || name === 'quantile');
}
