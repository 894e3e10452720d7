import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tracingVariables } from '../../src/tracing/tracing-variables';

const envs = tracingVariables.map(({ env }) => env);

describe('tracingVariables', () => {
  test('have the standard names', () => {
    expect([...envs].sort()).toEqual(
      [
        'OTEL_SDK_DISABLED',
        'OTEL_SERVICE_NAME',
        'OTEL_RESOURCE_ATTRIBUTES',
        'OTEL_PROPAGATORS',
        'OTEL_TRACES_EXPORTER',
        'OTEL_TRACES_SAMPLER',
        'OTEL_TRACES_SAMPLER_ARG',
        ...[
          'ENDPOINT',
          'HEADERS',
          'TIMEOUT',
          'PROTOCOL',
          'COMPRESSION',
          'CERTIFICATE',
          'CLIENT_KEY',
          'CLIENT_CERTIFICATE',
        ].flatMap((name) => [`OTEL_EXPORTER_OTLP_${name}`, `OTEL_EXPORTER_OTLP_TRACES_${name}`]),
        'OTEL_EXPORTER_ZIPKIN_ENDPOINT',
        'OTEL_EXPORTER_ZIPKIN_TIMEOUT',
        'OTEL_BSP_SCHEDULE_DELAY',
        'OTEL_BSP_EXPORT_TIMEOUT',
        'OTEL_BSP_MAX_QUEUE_SIZE',
        'OTEL_BSP_MAX_EXPORT_BATCH_SIZE',
        'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT',
        'OTEL_ATTRIBUTE_COUNT_LIMIT',
        'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT',
        'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT',
        'OTEL_SPAN_EVENT_COUNT_LIMIT',
        'OTEL_SPAN_LINK_COUNT_LIMIT',
        'OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT',
        'OTEL_LINK_ATTRIBUTE_COUNT_LIMIT',
      ].sort(),
    );
  });

  test('are unique, described, and stand under otel', () => {
    expect(new Set(envs).size).toBe(envs.length);
    for (const { name, key, doc } of tracingVariables) {
      expect(key).toBe(`otel.${name}`);
      expect(doc.length).toBeGreaterThan(10);
    }
  });

  test('are all in the documentation, with their defaults', () => {
    const page = readFileSync(join(__dirname, '../../docs/tracing.md'), 'utf8');
    const rows = page.split('\n').filter((line) => /^\| `OTEL_\w+` +\| `otel\./.test(line));
    const cells = rows.map((row) => row.split('|').map((cell) => cell.trim().replaceAll('`', '')));
    expect(cells.map(([, env, key, , fallback]) => [env, key, fallback])).toEqual(
      tracingVariables.map((variable) => [variable.env, variable.key, String(variable.default ?? '')]),
    );
  });

  test('headers are secret, nothing else is', () => {
    expect(tracingVariables.filter(({ sensitive }) => sensitive).map(({ env }) => env)).toEqual([
      'OTEL_EXPORTER_OTLP_HEADERS',
      'OTEL_EXPORTER_OTLP_TRACES_HEADERS',
    ]);
  });
});
