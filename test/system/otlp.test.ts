import { join } from 'node:path';
import { ask } from '../support/ask';
import { endPrograms, runProgram } from '../support/program';
import { attributesOf, checkOtlp, type OtlpSpan } from '../tracing/support/check-otlp';
import { startCollector } from '../tracing/support/collector';

const program = join(__dirname, 'fixtures/exporting.cjs');
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

afterAll(endPrograms);

const settings = {
  OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=blue%20team',
  OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
  OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,team=a%2Cb',
  INSTANCE_ID: 'exporting-1',
};

/** Lets a service do its work and stop; what waits for export is handed over by the stop. */
async function exported(): Promise<{ spans: Map<string, OtlpSpan>; scopes: unknown[]; resource: unknown }> {
  const collector = await startCollector();
  const service = runProgram([program], { ...settings, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  const port = await service.ready();
  const sampled = { traceparent: `00-${traceId}-${spanId}-01`, tracestate: 'vendor=x', 'user-agent': 'a caller' };
  const unsampled = { traceparent: `00-${'5'.repeat(32)}-${spanId}-00` };
  const asked = [
    await ask(port, '/orders/7?secret=1', { headers: sampled }),
    await ask(port, '/broken', { headers: sampled }),
    await ask(port, '/nowhere'),
    await ask(port, '/orders/8', { headers: unsampled }),
  ];
  expect(asked.map(({ status }) => status)).toEqual([200, 500, 404, 200]);
  service.kill('SIGINT');
  expect((await service.ended).code).toBe(0);
  await collector.close();

  expect(collector.requests).toHaveLength(1);
  const [request] = collector.requests;
  expect(request).toMatchObject({ method: 'POST', path: '/v1/traces' });
  expect(request?.headers).toMatchObject({
    'content-type': 'application/json',
    'content-encoding': 'gzip',
    'x-tenant': 'blue team',
  });
  const { resource, scopes, spans } = checkOtlp(request?.body ?? '');
  return { resource, scopes, spans: new Map(spans.map((span) => [span.name, span])) };
}

test('spans of a service process arrive by OTLP/HTTP JSON, each field of them as it must be', async () => {
  const { resource, scopes, spans } = await exported();
  expect(resource).toEqual({
    'service.name': 'exporting',
    'service.version': '3.2.1',
    'service.instance.id': 'exporting-1',
    'telemetry.sdk.name': 'keelson',
    'telemetry.sdk.language': 'nodejs',
    'deployment.environment.name': 'test',
    team: 'a,b',
  });
  expect(scopes).toEqual(
    expect.arrayContaining([
      { name: 'keelson' },
      { name: 'exporting', version: '3.2.1' },
      { name: 'a-library', version: '9.8' },
    ]),
  );
  // Nothing of the request that its caller does not sample.
  expect([...spans.keys()].sort()).toEqual(['GET', 'GET /broken', 'GET /orders/:id', 'charge', 'load', 'parse']);

  const order = spans.get('GET /orders/:id') as OtlpSpan;
  expect(order).toMatchObject({
    traceId,
    parentSpanId: spanId,
    traceState: 'vendor=x',
    kind: 2,
    flags: 0x301,
    status: { code: 0 },
  });
  expect(attributesOf(order['attributes'])).toMatchObject({
    'http.request.method': 'GET',
    'http.route': '/orders/:id',
    'url.path': '/orders/7',
    'url.scheme': 'http',
    'http.response.status_code': { intValue: '200' },
    'network.protocol.version': '1.1',
    'server.address': '127.0.0.1',
    'client.address': '127.0.0.1',
    'user_agent.original': 'a caller',
  });
  const load = spans.get('load') as OtlpSpan;
  expect(load).toMatchObject({ traceId, parentSpanId: order.spanId, kind: 3, flags: 0x101, status: { code: 1 } });
  expect(attributesOf(load['attributes'])).toEqual({
    'order.id': '7',
    rows: { intValue: '3' },
    share: { doubleValue: 0.5 },
    cached: { boolValue: false },
    tags: { arrayValue: { values: [{ stringValue: 'a' }, { stringValue: 'b' }] } },
  });
  expect(load['events']).toMatchObject([{ name: 'row read', attributes: [{ key: 'row', value: { intValue: '1' } }] }]);
  expect(load['links']).toMatchObject([{ traceId: '1'.repeat(32), spanId: '2'.repeat(16) }]);
  expect(BigInt(load['endTimeUnixNano'] as string) - BigInt(load['startTimeUnixNano'] as string)).toBeGreaterThan(
    4_000_000n,
  );
  expect(Math.abs(Number(order['startTimeUnixNano']) / 1e6 - Date.now())).toBeLessThan(60_000);
  expect(spans.get('parse')).toMatchObject({ traceId, parentSpanId: load.spanId, kind: 1 });

  const broken = spans.get('GET /broken') as OtlpSpan;
  expect(broken).toMatchObject({ traceId, parentSpanId: spanId, status: { code: 2 } });
  expect(attributesOf(broken['attributes'])).toMatchObject({
    'http.response.status_code': { intValue: '500' },
    'error.type': '500',
  });
  const charge = spans.get('charge') as OtlpSpan;
  expect(charge).toMatchObject({ parentSpanId: broken.spanId, status: { code: 2, message: 'password=******' } });
  const [exception] = charge['events'] as { name: string; attributes: unknown }[];
  expect(exception?.name).toBe('exception');
  expect(attributesOf(exception?.attributes)).toEqual({
    'exception.type': 'TypeError',
    'exception.message': 'refused for amqp://user:******@broker',
    'exception.stacktrace': expect.stringMatching(/^TypeError: refused for amqp:\/\/user:\*{6}@broker\n\s+at /),
  });

  const nowhere = spans.get('GET') as OtlpSpan;
  expect(nowhere).toMatchObject({ flags: expect.any(Number), status: { code: 0 } });
  expect(nowhere['parentSpanId']).toBeUndefined();
  expect(attributesOf(nowhere['attributes'])).not.toHaveProperty(['http.route']);
});
