import { SpanExporter } from '../../src/tracing/span-exporter';
import { resolveTracingSettings } from '../../src/tracing/tracing-settings';
import { type ExporterSettings } from '../../src/tracing/tracing-settings';
import { FakeClock } from '../support/fake-clock';
import { checkOtlp } from './support/check-otlp';
import { checkZipkin } from './support/check-zipkin';
import { startCollector } from './support/collector';
import { makeSpan } from './support/make-span';

type Target = Exclude<ExporterSettings, { kind: 'none' }>;

const resource = { 'service.name': 'shop' };

async function exportOne(settings: (url: string) => Record<string, string>, redact?: (text: string) => string) {
  const collector = await startCollector();
  const target = resolveTracingSettings(settings(collector.url)).exporter as Target;
  const exporter = new SpanExporter(target, resource, new FakeClock(), redact);
  const span = makeSpan();
  span.set('a', 'secret');
  span.end();
  const result = await exporter.send([span]);
  exporter.hurry();
  exporter.close();
  await collector.close();
  return { result, name: exporter.name, received: collector.requests[0], span };
}

describe('SpanExporter', () => {
  test('speaks OTLP', async () => {
    const { result, name, received, span } = await exportOne((url) => ({ exporterOtlpEndpoint: url }));
    expect(result).toEqual({ sent: true });
    expect(received?.path).toBe('/v1/traces');
    expect(name).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1\/traces$/);
    expect(checkOtlp(received?.body ?? '').spans.map(({ spanId }) => spanId)).toEqual([span.spanId]);
  });

  test('speaks Zipkin', async () => {
    const { result, received, span } = await exportOne((url) => ({
      tracesExporter: 'zipkin',
      exporterZipkinEndpoint: `${url}/api/v2/spans`,
    }));
    expect(result).toEqual({ sent: true });
    expect(received?.path).toBe('/api/v2/spans');
    expect(checkZipkin(received?.body ?? '').map(({ id }) => id)).toEqual([span.spanId]);
  });

  test('redacts', async () => {
    const { received } = await exportOne(
      (url) => ({ exporterOtlpEndpoint: url }),
      (text) => text.replace('secret', '***'),
    );
    expect(received?.body).toContain('***');
    expect(received?.body).not.toContain('secret');
  });

  test('its name tells no password', async () => {
    const { name } = await exportOne((url) => ({ exporterOtlpEndpoint: url.replace('//', '//me:hunter2@') }));
    expect(name).not.toContain('hunter2');
  });

  test('a batch that cannot be written is a failure, not an exception', async () => {
    const target = resolveTracingSettings({ tracesExporter: 'otlp' }).exporter as Target;
    const exporter = new SpanExporter(target, resource, new FakeClock(), undefined);
    const broken = {
      get scope(): never {
        throw new Error('broken');
      },
    } as never;
    expect(await exporter.send([broken])).toEqual({ sent: false, reason: 'Error: broken', pauseMs: 0 });
    exporter.close();
  });
});
