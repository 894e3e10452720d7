import http from 'node:http';
import { join } from 'node:path';
import { ask } from '../../support/ask';
import { endPrograms, runProgram } from '../../support/program';
import { fault } from './support/fault';
import { runLoad } from './support/load';

const fixture = (name: string): string => join(__dirname, 'fixtures', name);

afterAll(endPrograms);

/** Bounded by Node.js, and there from the first collection or timer of a kind on, whatever is asked. */
const ofNode = /^(?:v8js_gc_duration_seconds|nodejs_active_resources)/;

/** The lines of samples at /metrics, without their values: each is a series to Prometheus. */
async function samples(port: number): Promise<string[]> {
  const { body } = await ask(port, '/metrics');
  return body
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !ofNode.test(line))
    .map((line) => line.slice(0, line.lastIndexOf(' ')));
}

/** The series as keelson counts them: what `metrics.maxSeries` limits. A histogram's buckets are one series. */
const seriesOf = (lines: readonly string[]): Set<string> =>
  new Set(lines.map((line) => line.replace(/(?:_bucket|_sum|_count)(?=\{|$)/, '').replace(/,?le="[^"]*"/, '')));

const random = (): string => Math.random().toString(36).slice(2);

/** Sends many requests on kept connections, 50 at a time. Gives the answers by status. */
async function sendAll(port: number, requests: readonly Asked[]): Promise<Record<string, number>> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 50 });
  const statuses: Record<string, number> = {};
  let next = 0;
  const work = async (): Promise<void> => {
    for (let asked = requests[next++]; asked !== undefined; asked = requests[next++]) {
      const { path, ...options } = asked;
      const { status } = await ask(port, path, { ...options, agent });
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: 50 }, work));
  agent.destroy();
  return statuses;
}

interface Asked {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
}

const paths = ['/', '/orders/', '/broken/', '/orders/1/', '/metrics/', '/%2e%2e/', '/a%0ab/'];

/** What a scanner sends: paths that there are not, with queries, and with every method that node reads. */
function scan(i: number, methods: readonly string[]): Asked {
  const path = `${paths[i % paths.length]}${random()}/${random()}?${random()}=${random()}`;
  return { path, method: methods[i % methods.length] as string, headers: { 'x-forwarded-host': random() } };
}

const methods = http.METHODS.filter((method) => method !== 'CONNECT');

fault(
  44,
  '10,000 random paths with random methods and answers of several statuses',
  'paths alone add at most 20 samples to /metrics, methods and statuses with them at most 20 series',
  async (report) => {
    const program = runProgram([fixture('labelled-service.cjs')], { LOG_ACCESS: 'false' });
    const port = await program.ready();
    await samples(port);
    const before = await samples(port);
    const get = await sendAll(
      port,
      Array.from({ length: 5_000 }, (_, i) => scan(i, ['GET'])),
    );
    const afterPaths = await samples(port);
    const mixed = Array.from({ length: 5_000 }, (_, i): Asked => {
      if (i % 10 === 0) return { path: `/orders/${random()}`, method: i % 20 === 0 ? 'GET' : 'POST' };
      if (i % 25 === 1) return { path: `/broken/${random()}` };
      return i % 25 === 2 ? { path: `/${random()}`, headers: { 'keelson-timeout-ms': '0' } } : scan(i, methods);
    });
    const all = await sendAll(port, mixed);
    const after = await samples(port);

    const addedSamples = afterPaths.length - before.length;
    const known = seriesOf(before);
    const addedSeries = [...seriesOf(after)].filter((series) => !known.has(series));
    expect(get).toEqual({ 404: 5_000 });
    expect(Object.keys(all)).toEqual(['200', '201', '404', '500', '504']);
    expect(addedSamples).toBeLessThanOrEqual(20);
    expect(addedSeries.length).toBeLessThanOrEqual(20);
    expect(after.join()).not.toContain(mixed.find(({ path }) => path.startsWith('/orders/'))?.path);
    program.kill('SIGKILL');
    report(
      `5,000 random paths added ${addedSamples} samples, limit 20; 5,000 more with ${methods.length} methods and ` +
        `${Object.keys(all).length} statuses ${addedSeries.length} series, limit 20`,
    );
  },
);

fault(
  44,
  '5,000 values of labels that nobody has bounded, and 500 statuses, where metrics.maxSeries is 100',
  'each metric keeps 100 series and one for all the rest, and the rest is counted',
  async (report) => {
    const program = runProgram([fixture('labelled-service.cjs')], { LOG_ACCESS: 'false', METRICS_MAX_SERIES: '100' });
    const port = await program.ready();
    const visits = Array.from({ length: 5_000 }, () => ({
      path: `/visits/${random()}`,
      headers: { 'user-agent': random() },
    }));
    const statuses = Array.from({ length: 500 }, (_, i) => ({ path: `/status/${200 + (i % 400)}` }));
    await sendAll(port, [...visits, ...statuses]);
    const { body } = await ask(port, '/metrics');
    const series = [...seriesOf(await samples(port))];
    const counts = [
      'visits_total',
      'visit_size_bytes',
      'visit_last_seconds',
      'http_server_request_duration_seconds',
    ].map((name) => series.filter((one) => one.startsWith(`${name}{`)).length);
    expect(counts).toEqual([101, 101, 101, 101]);
    const value = (name: string): number => Number(body.split(`\n${name} `)[1]?.split('\n')[0]);
    expect(value('visits_total{visitor="_overflow",agent="_overflow"}')).toBe(4_900);
    expect(value('visit_size_bytes_count{visitor="_overflow"}')).toBe(4_900);
    expect(value('keelson_metrics_series_dropped_total{metric="visits_total"}')).toBe(4_900);
    expect(program.lines.filter(({ message }) => message.includes('has reached its limit of 100 series'))).toHaveLength(
      4,
    );
    program.kill('SIGKILL');
    report(
      `4 metrics with ${Math.max(...counts)} series each, limit 101; 4,900 of 5,000 visits counted together, none lost`,
    );
  },
);

interface Lag {
  /** As measured, in ms. */
  readonly max: number;
  /** Without what the machine did meanwhile. */
  readonly own: number;
}

const lag = async (port: number): Promise<Lag> => JSON.parse((await ask(port, '/lag')).body) as Lag;

for (const [kind, title] of [
  ['counter', '1,000 series of a counter'],
  ['histogram', '1,000 series of a histogram'],
] as const) {
  fault(
    45,
    `50 scrapers in a loop at ${title}`,
    'the event loop is late by 50 ms at most, but for time that the machine gave to others, in one of three windows; requests are served in all',
    async (report) => {
      const program = runProgram([fixture('scraped-service.cjs')], { SERIES_KIND: kind, LOG_ACCESS: 'false' });
      const port = await program.ready();
      const lines = (await samples(port)).length;
      await runLoad({ port, seconds: 1, requests: [{ path: '/metrics' }], workers: 50 });
      const seen: { lag: Lag; scrapes: number }[] = [];
      do {
        await lag(port);
        const [scraped, served] = await Promise.all([
          runLoad({ port, seconds: 1, requests: [{ path: '/metrics' }], workers: 50 }),
          runLoad({ port, seconds: 1, requests: [{ path: '/hello' }], perSecond: 20 }),
        ]);
        seen.push({ lag: await lag(port), scrapes: scraped.sent });
        for (const { errors, statuses, sent } of [scraped, served])
          expect({ errors, statuses }).toEqual({ errors: {}, statuses: { 200: sent } });
      } while ((seen.at(-1)?.lag.own as number) > 50 && seen.length < 3);
      program.kill('SIGKILL');
      const best = seen.reduce((a, b) => (b.lag.own < a.lag.own ? b : a));
      report(
        `event loop late by ${best.lag.own.toFixed(0)} ms at most (${best.lag.max.toFixed(0)} ms with the time that the machine gave to others) ` +
          `in ${best.scrapes} scrapes of ${lines} samples, limit 50 ms`,
      );
      expect(best.lag.own).toBeLessThanOrEqual(50);
    },
  );
}
