/** `name{labels} value`, perhaps with a timestamp. */
const sample = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/;
const label = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/**
 * The value of a metric on a page in Prometheus's text format.
 *
 * @param name as it is exposed: of a histogram with `_count`, `_sum` or `_bucket`
 * @param labels those that are to be as given; series that differ in others are added up
 * @returns undefined if there is no such series
 */
export function metricValue(
  page: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const values: number[] = [];
  for (const line of page.split('\n')) {
    const [, found, text = '', value] = sample.exec(line) ?? [];
    if (found !== name) continue;
    const own = new Map([...text.matchAll(label)].map(([, key = '', raw = '']) => [key, unescaped(raw)]));
    if (Object.entries(labels).every(([key, wanted]) => own.get(key) === wanted)) values.push(numberOf(value ?? ''));
  }
  return values.length === 0 ? undefined : values.reduce((sum, one) => sum + one, 0);
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
}

function numberOf(text: string): number {
  return Number(text.replace('Inf', 'Infinity'));
}
