import { noopLogger, type LogFields, type Logger } from '../../src/core';
import { createMetrics, type Metrics, type MetricsOptions } from '../../src/metrics';
import { type FamilyContext } from '../../src/metrics/family';
import { MetricRegistry } from '../../src/metrics/registry';
import { FamilyStore } from '../../src/metrics/store';
import { writeHeading, type Format, type Page, type Source } from '../../src/metrics/text-format';
import { FakeClock } from '../support/fake-clock';

export const traceId = '0af7651916cd43dd8448eb211c80319c';
export const spanId = 'b7ad6b7169203331';
export const openMetrics = 'application/openmetrics-text; version=1.0.0';

export interface Line {
  message: string;
  fields: LogFields | undefined;
}

/** A logger that keeps its warnings. */
export function recordingLogger(): { logger: Logger; lines: Line[] } {
  const lines: Line[] = [];
  const warn = (message: string, fields?: LogFields): void => void lines.push({ message, fields });
  return { logger: { ...noopLogger, warn }, lines };
}

/** What a family needs, with room for three series. */
export function familyContext(over: Partial<FamilyContext> = {}): FamilyContext {
  return { maxSeries: 3, maxLabelLength: 20, redact: (text) => text, onOverflow: () => undefined, ...over };
}

/** A store on a registry that nobody writes. */
export function newStore(logger: Logger = noopLogger, maxSeries = 3): { store: FamilyStore; registry: MetricRegistry } {
  const registry = new MetricRegistry(() => {
    throw new Error('not written in this test');
  });
  return {
    registry,
    store: new FamilyStore({
      registry,
      maxSeries,
      maxLabelLength: 50,
      redact: (text) => text,
      logger,
      clock: new FakeClock(),
    }),
  };
}

/** Metrics without those of the process. */
export function newMetrics(over: Partial<MetricsOptions> = {}): Metrics {
  return createMetrics({ service: { name: 'shop', version: '1.2.3', instance: 'shop-1' }, runtime: false, ...over });
}

/** All lines of one metric. */
export function written(source: Source, format: Format = 'text', common: Page['common'] = {}): string[] {
  const page: Page = { format, lines: [], common };
  writeHeading(source, page);
  for (let i = 0; i < source.size; i++) source.write(i, page);
  return page.lines;
}

/** The value of one sample of a page in text 0.0.4, by its name and labels as they are written. */
export function sample(body: string, nameAndLabels: string): number | undefined {
  const line = body.split('\n').find((each) => each.startsWith(`${nameAndLabels} `));
  return line === undefined ? undefined : Number(line.slice(nameAndLabels.length + 1));
}

/** Everything that is hard to write, in one Metrics: used against our own parser and against promtool. */
export async function hostileMetrics(): Promise<Metrics> {
  const metrics = newMetrics({ maxSeries: 5, runtime: true, clock: new FakeClock() });
  metrics.counter({ name: 'shop_orders_total', help: 'Orders "taken"\nfrom C:\\shop.' }).inc(3);
  metrics.gauge({ name: 'shop_temperature_celsius', help: 'How warm it is.' }).set(-Infinity);
  const requests = metrics.histogram({
    name: 'shop_request_duration_seconds',
    help: 'Time taken.',
    labels: ['route', 'status'],
    buckets: [0.0001, 0.01, 1, 2.5, 1e6],
  });
  const nasty = ['"}\n# EOF\nforged_total 1', '\\', 'a\0b\ud800', 'é😀'.repeat(300), '\r\n\t'];
  for (const [i, route] of nasty.entries()) {
    requests.labels({ route, status: 200 + i }).observe(0.005 * 10 ** i, { traceId, spanId });
  }
  for (let i = 0; i < 100; i++) requests.observe({ route: `/${i}`, status: 404 }, 0.1);
  requests.labels({ route: '\\', status: 201 }).observe(1e9, { traceId: '"}', spanId });
  const deltas = metrics.histogram({ name: 'shop_balance_change_euros', help: 'Up and down.', buckets: [-10, 0, 10] });
  deltas.observe(-3);
  await Promise.resolve();
  return metrics;
}
