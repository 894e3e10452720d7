import { Counter, Gauge, Histogram, Summary } from 'prom-client';
import { KeelsonError } from '../../src/core';
import { FakeClock, settle } from '../support/fake-clock';
import { newMetrics, openMetrics, recordingLogger, sample } from './fixtures';
import { parseOpenMetrics } from './openmetrics-parser';

const failures = (body: string, metric: string): number | undefined =>
  sample(body, `keelson_metrics_collect_failures_total{metric="${metric}"}`);

test('scrapes of one format that overlap share one rendering; the next one renders again', async () => {
  const metrics = newMetrics();
  let collected = 0;
  metrics.gauge({ name: 'g', help: 'h', collect: (gauge) => gauge.set(++collected) });
  const pages = await Promise.all(Array.from({ length: 50 }, () => metrics.expose('text/plain')));
  expect(collected).toBe(1);
  expect(new Set(pages.map((page) => page.body)).size).toBe(1);
  expect(sample((await metrics.expose(undefined)).body, 'g')).toBe(2);
});

test('what they share is encoded once, and given out one a turn of the event loop', async () => {
  const metrics = newMetrics();
  metrics.counter({ name: 'fine_total', help: 'Größe' }).inc();
  const turnOf: number[] = [];
  let turn = 0;
  let running = true;
  const count = (): void => {
    turn++;
    if (running) setImmediate(count);
  };
  count();
  const scrape = async (): Promise<Buffer> => {
    const { body, bytes } = await metrics.expose(undefined);
    turnOf.push(turn);
    expect(bytes.toString()).toBe(body);
    return bytes;
  };
  const pages = await Promise.all(Array.from({ length: 20 }, scrape));
  running = false;
  expect(new Set(pages).size).toBe(1);
  expect(new Set(turnOf).size).toBe(20);
});

test('formats rendered at the same time do not get in each other’s way, also with slow collects', async () => {
  const clock = new FakeClock();
  const metrics = newMetrics({ clock });
  let started = 0;
  new Gauge({
    name: 'slow',
    help: 'h',
    registers: [metrics.registry],
    async collect() {
      started++;
      await new Promise<void>((resolve) => void clock.after(500, resolve));
      this.set(7);
    },
  });
  const both = Promise.all([metrics.expose(undefined), metrics.expose(openMetrics)]);
  await clock.advance(500);
  const [text, open] = await both;
  expect(started).toBe(1);
  expect(sample(text.body, 'slow')).toBe(7);
  expect(parseOpenMetrics(open.body).get('slow')?.samples[0]?.value).toBe(7);
  expect(failures(text.body, 'slow')).toBeUndefined();
  expect(clock.timers).toBe(0);
});

test('a metric that throws is left out, counted, and logged once; all others are there', async () => {
  const { logger, lines } = recordingLogger();
  const metrics = newMetrics({ logger });
  const boom = new Error('boom');
  const fail = (): never => {
    throw boom;
  };
  const failLater: unknown = async () => fail();
  metrics.gauge({ name: 'ours', help: 'h', collect: fail });
  metrics.gauge({ name: 'ours_async', help: 'h', collect: failLater as () => void });
  new Gauge({ name: 'theirs', help: 'h', registers: [metrics.registry], collect: fail });
  metrics.registry.registerMetric({ name: 'no_metric' } as never);
  metrics.registry.registerMetric({ name: 'nonsense', get: () => 7 } as never);
  metrics.counter({ name: 'fine_total', help: 'h' }).inc();

  const { body } = await metrics.expose(undefined);
  expect(body).not.toMatch(/# TYPE (ours|theirs|no_metric|nonsense)/);
  expect(sample(body, 'fine_total')).toBe(1);
  const broken = ['ours', 'ours_async', 'theirs', 'no_metric', 'nonsense'];
  expect(broken.map((name) => failures(body, name))).toEqual([1, 1, 1, 1, 1]);
  expect(lines).toHaveLength(5);
  expect(lines.find((line) => line.message.includes(' ours '))?.fields).toEqual({ err: boom });

  const again = (await metrics.expose(openMetrics)).body;
  expect(parseOpenMetrics(again).has('fine')).toBe(true);
  expect(failures(again, 'ours')).toBe(2);
  expect(lines).toHaveLength(5);
});

test('a metric that hangs holds up one scrape for a second and no further one', async () => {
  const { logger, lines } = recordingLogger();
  const clock = new FakeClock();
  const metrics = newMetrics({ logger, clock, collectTimeoutMs: 1000 });
  let calls = 0;
  let release: () => void = () => undefined;
  const collect: unknown = () => (calls++ === 0 ? new Promise<void>((resolve) => (release = resolve)) : undefined);
  metrics.gauge({ name: 'hangs', help: 'h', collect: collect as () => void });
  metrics.counter({ name: 'fine_total', help: 'h' });

  const first = metrics.expose(undefined);
  await clock.advance(999);
  let done = false;
  void first.then(() => (done = true));
  await settle();
  expect(done).toBe(false);
  await clock.advance(1);
  expect(failures((await first).body, 'hangs')).toBe(1);
  expect(lines[0]?.fields?.['err']).toBeInstanceOf(KeelsonError);

  const second = (await metrics.expose(undefined)).body;
  expect(second).toContain('fine_total 0');
  expect(failures(second, 'hangs')).toBe(2);
  expect(calls).toBe(1);

  release();
  await settle();
  const third = (await metrics.expose(undefined)).body;
  expect(sample(third, 'hangs')).toBe(0);
  expect(calls).toBe(2);
  expect(clock.timers).toBe(0);
});

test('two metrics that write the same name: the first stays, the page stays readable', async () => {
  const { logger, lines } = recordingLogger();
  const metrics = newMetrics({ logger });
  metrics.counter({ name: 'a_total', help: 'h' });
  new Gauge({ name: 'a', help: 'h', registers: [metrics.registry] });
  new Summary({ name: 's', help: 'h', registers: [metrics.registry] }).observe(1);
  new Gauge({ name: 's_sum', help: 'h', registers: [metrics.registry] });
  for (let i = 0; i < 2; i++) {
    const families = parseOpenMetrics((await metrics.expose(openMetrics)).body);
    expect(families.get('a')?.type).toBe('counter');
    expect(families.has('s_sum')).toBe(false);
  }
  expect(lines).toHaveLength(2);
});

test('prom-client metrics of every type are in both formats', async () => {
  const metrics = newMetrics();
  const registers = [metrics.registry];
  new Counter({ name: 'their_total', help: 'h', labelNames: ['x'], registers }).inc({ x: '"\n\\' }, 2);
  new Counter({ name: 'bare', help: 'h', registers }).inc(3);
  new Histogram({ name: 'hist', help: 'h', registers, buckets: [1, 5] }).observe(2);
  new Summary({ name: 'summ', help: 'h', registers }).observe(2);
  new Gauge({ name: 'none', help: 'h', registers }).set(NaN);
  const families = parseOpenMetrics((await metrics.expose(openMetrics)).body);
  expect(families.get('their')?.samples).toEqual([{ name: 'their_total', labels: { x: '"\n\\' }, value: 2 }]);
  expect(families.get('bare')?.samples[0]).toMatchObject({ name: 'bare_total', value: 3 });
  expect(families.get('hist')?.samples.map((each) => each.labels['le'])).toEqual([
    '1.0',
    '5.0',
    '+Inf',
    undefined,
    undefined,
  ]);
  expect(families.get('summ')?.type).toBe('summary');
  const { body } = await metrics.expose(undefined);
  expect(sample(body, 'bare')).toBe(3);
  expect(sample(body, 'none')).toBeNaN();
  expect(body).not.toContain('Nan\n');
});

test('a large page lets the event loop have its turns', async () => {
  const metrics = newMetrics();
  const gauge = metrics.gauge({ name: 'g', help: 'h', labels: ['x'] });
  for (let i = 0; i < 1000; i++) gauge.set({ x: i }, i);
  let turns = 0;
  let running = true;
  const count = (): void => {
    turns++;
    if (running) setImmediate(count);
  };
  setImmediate(count);
  const { body } = await metrics.expose(undefined);
  running = false;
  expect(turns).toBeGreaterThanOrEqual(4);
  expect(sample(body, 'g{x="999"}')).toBe(999);
});
