// docs/metric-list.md: every metric that a service registers which has everything switched on.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from '../docs-site/repository.mjs';

const load = (path) => createRequire(import.meta.url)(join(root, 'dist', path));

/** Nobody listens there. Metrics are registered all the same. */
const nowhere = '127.0.0.1:1';

const groups = [
  ['The service and its process', /^(keelson_service|process_|nodejs_|v8js_)/, '[metrics](metrics.md)'],
  ['HTTP requests', /^(http_server_|keelson_http_)/, '[HTTP](http.md)'],
  ['Calls to other services', /^http_client_/, '[calling other services](client.md)'],
  ['Policies', /^keelson_(retry|fallback|hedges|cache|circuit_breaker|bulkhead)/, '[resilience](resilience/README.md)'],
  ['Discovery', /^keelson_(discovery|outlier)/, '[discovery](discovery.md), [Eureka](eureka.md)'],
  ['Messages', /^messaging_/, '[messaging](messaging.md), [operating RabbitMQ](rabbitmq.md)'],
  ['Faults on purpose', /^keelson_faults_/, '[faults on purpose](faults.md)'],
  ['Health', /^keelson_health_/, '[health](health.md)'],
  [
    'Logs, metrics and traces of themselves',
    /^keelson_(log|metrics|trace)_/,
    '[logs](logging.md), [metrics](metrics.md), [tracing](tracing.md)',
  ],
];

export async function metricPage() {
  const metrics = await everyMetric();
  const lost = metrics.filter(({ name }) => !groups.some(([, pattern]) => pattern.test(name)));
  if (lost.length > 0)
    throw new Error(`scripts/reference/metrics.mjs has no group for ${lost.map(({ name }) => name)}`);
  const parts = groups.map(([title, pattern, guide]) => {
    const rows = metrics.filter(({ name }) => pattern.test(name)).map(row);
    if (rows.length === 0) throw new Error(`scripts/reference/metrics.mjs finds no metric for ${title}`);
    return `## ${title}\n\nMore: ${guide}.\n\n| metric | type | labels | what |\n|---|---|---|---|\n${rows.join('\n')}\n`;
  });
  return `# All metrics

Every metric of the chassis, as a service registers it that has everything switched on; written by \`npm run docs:reference\`. A service without a
broker, say, does not have those of the broker. What names and labels of your own must be like: [metrics](metrics.md).

${parts.join('\n')}`;
}

function row({ name, type, labels, help }) {
  const shown = labels.length === 0 ? '-' : labels.map((label) => `\`${label}\``).join(', ');
  return `| \`${name}\` | ${type} | ${shown} | ${help.replaceAll('|', '\\|')} |`;
}

async function everyMetric() {
  const { createService } = load('index.js');
  // Nothing of this machine may show.
  for (const name of Object.keys(process.env)) delete process.env[name];
  const service = createService({
    name: 'any',
    version: '0',
    settings: {
      http: { port: 0, host: '127.0.0.1' },
      log: { level: 'error' },
      eureka: { url: [`http://${nowhere}/eureka`] },
      messaging: { url: [`amqp://${nowhere}`] },
      faults: { enabled: true, rules: [{ port: 'http', fault: 'delay' }] },
      otel: { exporterOtlpEndpoint: `http://${nowhere}` },
      shutdown: { signals: false, drainDelayMs: 0 },
    },
  });
  const meter = service.metrics;
  useEverything(service, meter);
  const ended = service.start().then(() => service.stop());
  await ended.catch(() => undefined);
  return meter.registry
    .getMetricsAsArray()
    .map((one) => ({ name: one.name, type: one.type, labels: [...one.labelNames], help: one.help }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What is registered only by being asked for. */
function useEverything(service, meter) {
  const { defineEvent } = load('messaging/index.js');
  const { dnsRegistry, outlierEjection } = load('discovery/index.js');
  const policies = load('resilience/index.js');
  const named = { name: 'any', meter };
  service.client('any');
  service.health.check('any', () => ({}));
  service.messaging.subscribe(defineEvent('any.happened'), () => undefined);
  dnsRegistry({ meter });
  outlierEjection({ meter });
  policies.fallback(() => 0, named);
  policies.retry(named);
  policies.hedge({ afterMs: 1, ...named });
  policies.cache({ key: () => 'any', ttlMs: 1, ...named });
  policies.circuitBreaker(named);
  policies.bulkhead({ limit: 1, ...named });
}
