import { familyName } from './definition';

/** The two formats that Prometheus reads: its own text format 0.0.4, and OpenMetrics 1.0. */
export type Format = 'text' | 'openmetrics';

/** What goes into Content-Type. */
export const contentTypes: Readonly<Record<Format, string>> = Object.freeze({
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
});

/** One scrape being written. */
export interface Page {
  readonly format: Format;
  /** Lines so far, without their ends. */
  readonly lines: string[];
  /** Labels that every series gets unless it has a label of that name (`registry.setDefaultLabels`). */
  readonly common: Readonly<Record<string, unknown>>;
}

/** Something that can be written into a page, one series after the other. */
export interface Source {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  /** How many series there are. */
  readonly size: number;
  /** Writes the lines of series number `index`. */
  write(index: number, page: Page): void;
}

/** `name="value"`, escaped: the same in both formats. */
export function labelText(name: string, value: unknown): string {
  const text = String(value);
  return `${name}="${/[\\"\n]/.test(text) ? text.replace(/[\\"\n]/g, escapeOne) : text}"`;
}

/** The HELP and TYPE lines. */
export function writeHeading(source: Source, page: Page): void {
  const { name, type, help } = source;
  if (page.format === 'text') {
    page.lines.push(`# HELP ${name} ${help.replace(/[\\\n]/g, escapeOne)}`, `# TYPE ${name} ${type}`);
    return;
  }
  const family = familyName(name, type);
  const known = type === 'untyped' ? 'unknown' : type;
  page.lines.push(`# TYPE ${family} ${known}`, `# HELP ${family} ${help.replace(/[\\"\n]/g, escapeOne)}`);
}

/** The labels of the page that a metric with these label names does not have itself, with a comma at the end if there are any. */
export function commonText(page: Page, own: readonly string[]): string {
  let text = '';
  for (const name of Object.keys(page.common)) {
    if (!own.includes(name)) text += `${labelText(name, page.common[name])},`;
  }
  return text;
}

/** A sample's value. */
export function valueText(value: number): string {
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : String(value);
}

/**
 * A bucket's bound or a quantile as a label value, as Go writes it (`1.0`, `0.005`, `1e+06`, `+Inf`). Label values are compared as text,
 * so the two formats and programs in other languages must agree on it.
 */
export function boundText(bound: number): string {
  if (!Number.isFinite(bound)) return valueText(bound);
  const size = Math.abs(bound);
  if (size === 0 || (size >= 1e-4 && size < 1e6)) return Number.isInteger(bound) ? `${bound}.0` : String(bound);
  return bound.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}

/** Labels in braces; nothing when there are none. */
export function braced(labels: string): string {
  if (labels === '') return '';
  return labels.endsWith(',') ? `{${labels.slice(0, -1)}}` : `{${labels}}`;
}

function escapeOne(char: string): string {
  return char === '\n' ? '\\n' : `\\${char}`;
}
