import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trace } from '@opentelemetry/api';
import { createConfig } from '../../src/config';
import { checkOtel, otelSettings, tracingSettingsOf } from '../../src/service/otel-settings';
import { tracingVariables } from '../../src/tracing';

function groupOf(env: Record<string, string>): Record<string, unknown> {
  const config = createConfig({ schemas: [{ schema: otelSettings, check: checkOtel }], env, argv: [] });
  return config.get('otel') as Record<string, unknown>;
}

function problemsOf(env: Record<string, string>): string[] {
  try {
    groupOf(env);
  } catch (error) {
    return (error as { details: { errors: { message: string }[] } }).details.errors.map(({ message }) => message);
  }
  return [];
}

afterEach(() => trace.disable());

test('every variable of tracing is a setting by its own name', () => {
  const config = createConfig({ schemas: [{ schema: otelSettings }], env: {}, argv: [] });
  expect(config.describe().map(({ env }) => env)).toEqual(tracingVariables.map(({ env }) => env));
  expect(config.describe().filter(({ doc }) => doc.includes('Default: ')).length).toBeGreaterThan(5);
});

test('nothing set leads to tracing’s own defaults', () => {
  expect(tracingSettingsOf(groupOf({}))).toMatchObject({
    exporter: { kind: 'none' },
    sampler: { name: 'parentbased_always_on' },
    propagators: ['tracecontext', 'baggage'],
  });
});

test('variables reach tracing', () => {
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
    OTEL_PROPAGATORS: 'b3',
    OTEL_BSP_MAX_QUEUE_SIZE: '7',
  };
  const settings = tracingSettingsOf(groupOf(env));
  expect(settings.exporter).toMatchObject({ kind: 'otlp', url: new URL('http://collector:4318/v1/traces') });
  expect(settings.propagators).toEqual(['b3']);
  expect(settings.batch.queueSize).toBe(7);
});

test('all that is wrong is told at once, and what may be chosen', () => {
  const problems = problemsOf({
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c',
    OTEL_PROPAGATORS: 'morse',
  });
  expect(problems).toHaveLength(2);
  expect(problems[0]).toMatch(/^otel\.propagators: expected some of tracecontext, .*, got "morse" .*OTEL_PROPAGATORS/);
  expect(problems[1]).toMatch(/^otel\.exporterOtlpProtocol: expected http\/json, got "grpc"/);
  expect(problemsOf({ OTEL_BSP_MAX_QUEUE_SIZE: 'many', OTEL_PROPAGATORS: 'morse' })).toHaveLength(2);
});

test('a password in what is no URL is not told', () => {
  const [problem] = problemsOf({ OTEL_EXPORTER_OTLP_ENDPOINT: 'ftp://user:hunter2@host' });
  expect(problem).toContain('an http:// or https:// URL');
  expect(problem).not.toContain('hunter2');
});

test('a protocol that is not spoken is an error that names the choice', () => {
  expect(() => tracingSettingsOf({ exporterOtlpEndpoint: 'http://c', exporterOtlpProtocol: 'grpc' })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('http/json') }),
  );
});

test('with an SDK of the user’s own, what only that understands is no error', () => {
  trace.setGlobalTracerProvider({ getTracer: () => trace.getTracer('x') });
  expect(problemsOf({ OTEL_PROPAGATORS: 'jaeger' })).toEqual([]);
  expect(tracingSettingsOf({ propagators: 'jaeger' }).propagators).toEqual([]);
});

describe('files', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'keelson-otel-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  test('are read', () => {
    writeFileSync(join(folder, 'ca.pem'), '-----BEGIN');
    const given = { exporterOtlpEndpoint: 'https://c', exporterOtlpCertificate: join(folder, 'ca.pem') };
    expect(tracingSettingsOf(given).exporter).toMatchObject({ tls: { ca: '-----BEGIN' } });
  });

  test('that cannot be read are in the report with all else', () => {
    const none = join(folder, 'none.pem');
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c', OTEL_EXPORTER_OTLP_CERTIFICATE: none };
    expect(problemsOf({ ...env, OTEL_BSP_MAX_QUEUE_SIZE: 'x' })).toEqual([
      expect.stringContaining('otel.bspMaxQueueSize'),
      expect.stringMatching(/^otel\.exporterOtlpCertificate: expected the path of a file that can be read/),
    ]);
  });

  test('that cannot be read are errors', () => {
    const given = { exporterOtlpEndpoint: 'https://c', exporterOtlpCertificate: join(folder, 'none.pem') };
    expect(() => tracingSettingsOf(given)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });
});
