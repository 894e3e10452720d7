import { hostname } from 'node:os';
import { ROOT_CONTEXT, context } from '@opentelemetry/api';
import { createConfig } from '../../src/config';
import { runInScope, noopLogger, type WorkContext } from '../../src/core';
import { type ServiceOptions } from '../../src/service/options';
import { chassisSettings } from '../../src/service/settings';
import { createTelemetry, type Telemetry } from '../../src/service/telemetry';
import { resolveTracingSettings } from '../../src/tracing';
import { captureLog, type CapturedLog } from '../support/captured-log';
import { settle } from '../support/fake-clock';

let log: CapturedLog;

beforeEach(() => {
  log = captureLog();
});

afterEach(() => log.restore());

function telemetryOf(settings: Record<string, unknown> = {}, options: Partial<ServiceOptions> = {}): Telemetry {
  const config = createConfig({
    schemas: [{ schema: chassisSettings, deriveEnv: true }],
    settings,
    env: {},
    argv: [],
  });
  return createTelemetry({ name: 'tested', ...options }, '1.2.3', config, resolveTracingSettings({}));
}

const work: WorkContext = {
  requestId: 'the-request',
  traceId: 'a'.repeat(32),
  deadline: undefined,
  signal: new AbortController().signal,
  log: noopLogger,
};

test('every line says which service, version and instance', async () => {
  const { logging, identity } = telemetryOf();
  logging.logger.info('hello');
  await settle();
  expect(log.lines).toMatchObject([
    { message: 'hello', service: 'tested', version: '1.2.3', instance: identity.instance },
  ]);
});

test('instances on one machine have different names, unless they are given one', () => {
  const [first, second] = [telemetryOf().identity.instance, telemetryOf().identity.instance];
  expect(first).not.toBe(second);
  expect(first.startsWith(`${hostname()}-`)).toBe(true);
  expect(telemetryOf({ instance: { id: 'blue' } }).identity.instance).toBe('blue');
});

test('settings of the log reach it', async () => {
  const { logging } = telemetryOf({ log: { level: 'warn', redact: ['iban'] } });
  logging.logger.info('not written');
  logging.logger.warn('written', { iban: 'DE00', note: 'open' });
  await settle();
  expect(log.lines).toMatchObject([{ message: 'written', note: 'open' }]);
  expect(JSON.stringify(log.lines)).not.toContain('DE00');
});

test('what a sensitive setting holds is masked wherever it stands', async () => {
  const { logging } = telemetryOf({ management: { token: 'a-very-secret-token' } });
  logging.logger.info('it is a-very-secret-token', { note: 'a-very-secret-token' });
  await settle();
  expect(log.lines).toHaveLength(1);
  expect(JSON.stringify(log.lines)).not.toContain('a-very-secret-token');
});

test('pretty lines are for people', async () => {
  const written: string[] = [];
  log.restore();
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => written.push(String(chunk)) > 0);
  telemetryOf({ log: { format: 'pretty', noColor: '1' } }).logging.logger.info('hello');
  await settle();
  spy.mockRestore();
  expect(written.join('')).toContain('hello');
  expect(written.join('')).not.toContain('{"timestamp"');
});

describe('the ids on a line', () => {
  async function idsOf(write: (telemetry: Telemetry) => void): Promise<unknown> {
    write(telemetryOf());
    await settle();
    const line = log.lines.at(-1);
    return { traceId: line?.['traceId'], spanId: line?.['spanId'], requestId: line?.['requestId'] };
  }

  test('are absent outside of any work', async () => {
    expect(await idsOf(({ logging }) => logging.logger.info('x'))).toEqual({});
  });

  test('are those of the request', async () => {
    const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
    const ids = await idsOf(({ logging }) =>
      runInScope({ work, trace, telemetry: undefined }, () => logging.logger.info('x')),
    );
    expect(ids).toEqual({ ...trace, requestId: 'the-request' });
  });

  test('are those of the innermost span, and still of the request', async () => {
    let inner: unknown;
    const ids = await idsOf(({ logging, tracing }) => {
      const span = tracing.begin('server', 'GET', {});
      runInScope({ work, trace: span, telemetry: span.seed }, () =>
        tracing.tracer.startActiveSpan('inside', (one) => {
          inner = one.spanContext();
          logging.logger.info('x');
        }),
      );
    });
    const { traceId, spanId } = inner as { traceId: string; spanId: string };
    expect(ids).toEqual({ traceId, spanId, requestId: 'the-request' });
  });

  test('do not vanish where somebody left the trace', async () => {
    const ids = await idsOf((telemetry) => {
      const { logging, tracing } = telemetry;
      tracing.start();
      const span = tracing.begin('server', 'GET', {});
      runInScope({ work, trace: span, telemetry: span.seed }, () =>
        context.with(ROOT_CONTEXT, () => logging.logger.info('x')),
      );
      tracing.unregister();
    });
    expect(ids).toEqual({ traceId: work.traceId, requestId: 'the-request' });
  });
});

test('metrics say whose they are, lost log lines are counted, and series have their limit', async () => {
  const { metrics, identity } = telemetryOf({ metrics: { maxSeries: 1 } });
  const visits = metrics.counter({ name: 'visits_total', help: 'Visits.', labels: ['visitor'] });
  for (const visitor of ['Ada', 'Bob', 'Eve']) visits.inc({ visitor });
  const { body } = await metrics.expose(undefined);
  expect(body).toContain(`keelson_service_info{service="tested",version="1.2.3",instance="${identity.instance}"} 1`);
  expect(body).toContain('keelson_log_lines_dropped_total 0');
  expect(body).not.toContain('Bob');
  await settle();
  expect(log.lines[0]).toMatchObject({ level: 'warn', logger: 'metrics', metric: 'visits_total', maxSeries: 1 });
});
