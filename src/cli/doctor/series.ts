/** How many series each metric has, in a scrape in Prometheus's text format. */
export function seriesOf(text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of text.split('\n')) {
    const name = /^([A-Za-z_:][\w:]*)[ {]/.exec(line)?.[1];
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** Metrics that have got more series than allowed, and how many more; the parts of a histogram as one. */
export function grownSeries(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  allowed: number,
): readonly (readonly [string, number])[] {
  const grown = new Map<string, number>();
  for (const [name, count] of after) {
    const more = count - (before.get(name) ?? 0);
    const base = name.replace(/_(?:bucket|sum|count)$/, '');
    if (more > allowed) grown.set(base, Math.max(more, grown.get(base) ?? 0));
  }
  return [...grown];
}
