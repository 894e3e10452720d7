import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { metricsOf, readDashboard, readRules } from './support/operations';

/** What Prometheus itself, and RabbitMQ, tell. Those of RabbitMQ are held against a real one by the system tests. */
const others = new Set([
  'up',
  'rabbitmq_alarms_memory_used_watermark',
  'rabbitmq_alarms_free_disk_space_watermark',
  'rabbitmq_alarms_file_descriptor_limit',
  'rabbitmq_detailed_queue_messages_ready',
  'rabbitmq_detailed_queue_consumers',
]);

/** The names that services with everything on expose, as they appear in samples. */
async function exposed(): Promise<Set<string>> {
  const program = resolve(__dirname, '../system/fixtures/operated.cjs');
  const env = { PATH: process.env['PATH'], AMQP_URL: 'amqp://127.0.0.1:1', OTEL_TRACES_EXPORTER: 'zipkin' };
  const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    let ports: number[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      const said = JSON.parse(line) as { message: string; ports: number[] };
      if (said.message === 'ports') ({ ports } = said);
      if (said.message === 'ports') break;
    }
    const pages = ports.map(async (port) => (await fetch(`http://127.0.0.1:${port}/metrics`)).text());
    return new Set((await Promise.all(pages)).flatMap(samplesOf));
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}

function samplesOf(page: string): string[] {
  return [...page.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  );
}

test('finds the metrics of an expression', () => {
  const expr =
    'histogram_quantile(0.9, sum by (le, a_b) (rate(x_seconds_bucket{c_d="e_f",job=~"$job"}[5m]))) > 1.5e6 and on (job) (y_total unless y_total offset 10m) / job:z:rate5m == vector(0)';
  expect(metricsOf(expr)).toEqual(['x_seconds_bucket', 'y_total', 'job:z:rate5m']);
});

test('every metric of the dashboard and of the rules is one that a service exposes', async () => {
  const { panels, annotations, templating } = readDashboard();
  const rules = readRules();
  const shown = [
    ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
    ...annotations.list.map(({ expr }) => expr),
  ];
  const chosen = templating.list.flatMap(({ definition }) => /^label_values\((\w+)/.exec(definition ?? '')?.[1] ?? []);
  const asked = [...[...shown, ...rules.map(({ expr }) => expr)].flatMap(metricsOf), ...chosen];
  const records = new Set(rules.flatMap(({ record }) => record ?? []));
  const names = await exposed();
  expect(names.size).toBeGreaterThan(80);
  expect(asked.length).toBeGreaterThan(100);
  const unknown = asked.filter((name) => !names.has(name) && !others.has(name) && !records.has(name));
  expect([...new Set(unknown)]).toEqual([]);
}, 30_000);
