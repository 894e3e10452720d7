import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { testWith } from '../support/need';
import { rabbitPrograms, startRabbitMq, type RabbitMq } from '../support/rabbitmq';
import { freePort, startServer, until, type Server } from '../support/server';

const operations = resolve(__dirname, '../../../examples/operations');
const fixture = resolve(__dirname, '../fixtures/operated.cjs');

interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat: string;
}

interface Dashboard {
  readonly panels: readonly { type: string; title: string; targets?: readonly Target[] }[];
  readonly annotations: { list: readonly { expr: string }[] };
  readonly templating: { list: readonly { name: string; query: string | { query: string } }[] };
}

const text = readFileSync(join(operations, 'grafana-dashboard.json'), 'utf8');
const dashboard = JSON.parse(text) as Dashboard;

/** What a running test has opened. */
const opened: { rabbit?: RabbitMq; child?: ChildProcess; prometheus?: Server } = {};
const folder = mkdtempSync(join(tmpdir(), 'keelson-dashboard-'));
let base = '';
let over = false;

afterAll(async () => {
  over = true;
  await opened.prometheus?.stop();
  if (opened.child?.exitCode === null) {
    const ended = once(opened.child, 'exit');
    opened.child.kill('SIGKILL');
    await ended;
  }
  await opened.rabbit?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function startServices(url: string): Promise<number[]> {
  const env = {
    PATH: process.env['PATH'],
    AMQP_URL: url,
    OTEL_TRACES_EXPORTER: 'zipkin',
    OTEL_EXPORTER_ZIPKIN_ENDPOINT: 'http://127.0.0.1:1/',
    OTEL_BSP_SCHEDULE_DELAY: '300',
  };
  const child = spawn(process.execPath, [fixture], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  opened.child = child;
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the services ended with ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { message, ports } = JSON.parse(line) as { message: string; ports: number[] };
      if (message === 'ports') resolve(ports);
    });
  });
}

/** Everything that the services do, again and again. */
function load(orders: number, shop: number, parcels: number): void {
  const ask = async (port: number, path: string, method = 'GET'): Promise<void> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method }).catch(() => undefined);
    await answer?.arrayBuffer().catch(() => undefined);
  };
  const steadily = async (ms: number, work: () => Promise<unknown>): Promise<void> => {
    while (!over) {
      await work();
      await new Promise((resolve) => setTimeout(resolve, ms));
    }
  };
  for (const path of ['/orders/7', '/slow', '/fails', '/broken', '/lost', '/prices', '/nothing/here'])
    void steadily(50, () => ask(orders, path));
  void steadily(30, () => ask(orders, '/orders', 'POST'));
  void steadily(50, () => ask(shop, '/stock'));
  void steadily(300, () => ask(parcels, '/parcels'));
  void steadily(300, async () => {
    const socket = connect(orders, '127.0.0.1').on('error', () => undefined);
    socket.end('this is no HTTP\r\n\r\n').resume();
    await once(socket, 'close');
  });
}

async function startPrometheus(targets: Readonly<Record<string, number>>): Promise<void> {
  const jobs = Object.entries(targets).map(([job, port]) => ({
    job_name: job,
    static_configs: [{ targets: [`127.0.0.1:${port}`] }],
    ...(job === 'rabbitmq-queues'
      ? { metrics_path: '/metrics/detailed', params: { family: ['queue_coarse_metrics', 'queue_consumer_count'] } }
      : {}),
  }));
  copyFileSync(join(operations, 'prometheus-rules.yaml'), join(folder, 'rules.yaml'));
  const global = { scrape_interval: '1s', evaluation_interval: '1s' };
  const config = join(folder, 'prometheus.yml');
  writeFileSync(config, JSON.stringify({ global, rule_files: ['rules.yaml'], scrape_configs: jobs }));
  const port = await freePort();
  base = `http://127.0.0.1:${port}`;
  const data = `--storage.tsdb.path=${join(folder, 'data')}`;
  const args = [`--config.file=${config}`, data, `--web.listen-address=127.0.0.1:${port}`];
  opened.prometheus = await startServer('prometheus', args, {}, `${base}/-/ready`);
}

async function api<T>(path: string): Promise<T> {
  const answer = (await (await fetch(`${base}/api/v1/${path}`)).json()) as { status: string; data: T; error?: string };
  if (answer.status !== 'success') throw new Error(`${decodeURIComponent(path)}: ${answer.error}`);
  return answer.data;
}

const chosen = (expr: string): string =>
  expr.replaceAll('$__rate_interval', '6s').replaceAll(/\$(job|service|instance)/g, '.+');

type Series = Readonly<Record<string, string>>;

/** The series that an expression has now, those that are not a number left out. */
async function seriesOf(expr: string): Promise<readonly Series[]> {
  const { result } = await api<{ result: { metric: Series; value: [number, string] }[] }>(
    `query?query=${encodeURIComponent(chosen(expr))}`,
  );
  return result.filter(({ value }) => value[1] !== 'NaN').map(({ metric }) => metric);
}

const queries = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ refId, expr, legendFormat }) => ({
    title: `${title} ${targets.length > 1 ? refId : ''}`.trim(),
    expr,
    labels: [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label as string),
  })),
);

/** Asks until each query has data, and some series has each label that its legend shows: about 20 s, four times that on a busy machine. */
async function dataOfAll(): Promise<ReadonlyMap<string, readonly Series[]>> {
  const found = new Map<string, readonly Series[]>();
  const look = async (): Promise<true | undefined> => {
    for (const { title, expr, labels } of queries) {
      if (whole(found.get(title), labels)) continue;
      found.set(title, await seriesOf(expr));
    }
    return queries.every(({ title, labels }) => whole(found.get(title), labels)) ? true : undefined;
  };
  await until(80, 'all have data', look).catch(() => undefined);
  return found;
}

/** A table of how many series each query has by now. */
async function print(): Promise<void> {
  const rows = queries.map(async ({ title, expr }) => `${String((await seriesOf(expr)).length).padStart(6)}  ${title}`);
  process.stdout.write(`\nseries  panel\n${(await Promise.all(rows)).join('\n')}\n`);
}

function whole(series: readonly Series[] | undefined, labels: readonly string[]): boolean {
  return series !== undefined && series.length > 0 && labels.every((label) => series.some((one) => label in one));
}

testWith('prometheus', ...rabbitPrograms)(
  'every expression of the dashboard has data in a real Prometheus while the services work, and every rule is evaluated',
  async () => {
    const rabbitPort = await freePort();
    opened.rabbit = await startRabbitMq({ prometheusPort: rabbitPort });
    const [orders = 0, shop = 0, parcels = 0] = await startServices(opened.rabbit.url);
    load(orders, shop, parcels);
    await startPrometheus({ orders, shop, parcels, rabbitmq: rabbitPort, 'rabbitmq-queues': rabbitPort });

    const found = await dataOfAll();
    await print();
    expect(queries.length).toBeGreaterThan(60);
    expect(queries.filter(({ title, labels }) => !whole(found.get(title), labels))).toEqual([]);

    await chooses();
    await rulesAreWell();
  },
  150_000,
);

/** The dashboard's variables find something to choose, and its annotation can be asked for. */
async function chooses(): Promise<void> {
  const choices = dashboard.templating.list.flatMap(({ query }) => (typeof query === 'string' ? [] : [query.query]));
  expect(choices).toHaveLength(3);
  for (const query of choices) {
    const [, selector = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(query) ?? [];
    const values = await api<string[]>(`label/${label}/values?match[]=${encodeURIComponent(chosen(selector))}`);
    expect({ query, values: values.length }).toEqual({ query, values: 3 });
  }
  for (const { expr } of dashboard.annotations.list) await expect(seriesOf(expr)).resolves.toEqual([]);
}

interface Rule {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
  readonly alerts?: readonly { annotations: Readonly<Record<string, string>> }[];
}

/** None fails to be evaluated, and the texts of those that fire are whole. */
async function rulesAreWell(): Promise<void> {
  const { groups } = await api<{ groups: { rules: Rule[] }[] }>('rules');
  const rules = groups.flatMap((group) => group.rules);
  expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
  const firing = rules.filter(({ alerts = [] }) => alerts.length > 0);
  expect(firing.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'KeelsonErrorBudgetBurnsFast',
      'KeelsonDeadLetters',
      'KeelsonNoInstances',
      'KeelsonSeriesDropped',
    ]),
  );
  const texts = firing.flatMap(({ alerts = [] }) => alerts.flatMap(({ annotations }) => Object.values(annotations)));
  expect(texts.filter((one) => /<error|<no value>|%!/.test(one))).toEqual([]);
}
