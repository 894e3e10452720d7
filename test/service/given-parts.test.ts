import { currentScope, runInScope, type WorkContext } from '../../src/core';
import { createMemoryNetwork } from '../../src/discovery';
import { createMemoryBroker, defineEvent } from '../../src/messaging';
import { createService, type GivenParts, type Running } from '../../src/service';
import { givenParts } from '../../src/service/given-parts';
import { processRecord } from '../../src/service/process-record';
import { type EndedSpan } from '../../src/tracing';
import { ask } from '../support/ask';
import { FakeClock, settle } from '../support/fake-clock';

interface Given extends GivenParts {
  readonly lines: string[];
  readonly spans: EndedSpan[];
  readonly services: Running[];
  readonly works: WorkContext[];
}

function given(more: Partial<GivenParts> = {}): Given {
  const clock = new FakeClock();
  const [lines, spans, services, works]: [string[], EndedSpan[], Running[], WorkContext[]] = [[], [], [], []];
  return {
    env: {},
    settings: { http: { port: 0, host: '127.0.0.1' }, shutdown: { signals: false } },
    clock,
    network: createMemoryNetwork(),
    broker: createMemoryBroker({ clock }),
    logOutput: { write: (chunk) => lines.push(chunk) > 0, on: () => undefined, off: () => undefined },
    spanEnded: (span) => void spans.push(span),
    made: (service) => void services.push(service),
    begun: (work) => void works.push(work),
    ...more,
    lines,
    spans,
    services,
    works,
  };
}

function within<T>(parts: GivenParts, make: () => T): T {
  return runInScope({ work: undefined, trace: undefined, telemetry: undefined, parts }, make);
}

test('there are none unless somebody gives them', () => {
  expect(givenParts()).toBeUndefined();
  const parts = given();
  expect(within(parts, givenParts)).toBe(parts);
  expect(currentScope()).toBeUndefined();
});

test('settings: those of the service win over the given ones, and the process has nothing to say', () => {
  process.env['AMQP_URL'] = 'amqp://user:password@developers-own';
  process.argv.push('--log.level=debug');
  try {
    const parts = given({
      env: { LOG_FORMAT: 'pretty' },
      settings: { http: { port: 0, host: '127.0.0.1' }, messaging: { prefetch: 7 } },
    });
    const service = within(parts, () => createService({ name: 'tested', settings: { http: { host: '::1' } } }));
    expect(service.config.get('http')).toMatchObject({ port: 0, host: '::1' });
    expect(service.config.get('messaging')).toMatchObject({ prefetch: 7, url: [] });
    expect(service.config.get('log')).toMatchObject({ level: 'info', format: 'pretty' });
    expect(parts.services).toEqual([service]);
  } finally {
    delete process.env['AMQP_URL'];
    process.argv.pop();
  }
});

test('clock, log, spans, registry and broker are the given ones, and nothing is left in the process', async () => {
  const parts = given({ settings: { http: { port: 0, host: '127.0.0.1' }, discovery: { kind: 'memory' } } });
  const { clock } = parts;
  const happened = defineEvent<number>('it.happened');
  const got: unknown[] = [];
  const service = within(parts, () => {
    const made = createService({ name: 'tested', settings: { shutdown: { signals: false } } });
    made.app.get('/hello', (_req, res) => void res.json({ deadline: made.context().deadline }));
    made.messaging.subscribe(happened, ({ data }) => void got.push(data));
    return made;
  });
  const { port } = await service.start();
  expect(parts.network.up('tested')).toHaveLength(1);
  const answer = await ask(port, '/hello');
  expect(JSON.parse(answer.body)).toEqual({ deadline: clock.now() + 30_000 });
  await service.messaging.publish(happened, 7, { delayMs: 60_000 });
  await (clock as FakeClock).advance(59_000);
  expect(got).toEqual([]);
  await (clock as FakeClock).advance(1_000);
  expect(got).toEqual([7]);
  expect(parts.broker.queues().map(({ name }) => name)).toEqual(['it.happened.tested']);
  const record = processRecord();
  expect([record.network, record.broker, record.listeners]).toEqual([undefined, undefined, []]);
  const stopped = service.stop();
  while (service.state !== 'stopped') await (clock as FakeClock).advance(20);
  await stopped;
  expect(parts.spans.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['GET /hello', 'publish it.happened', 'process it.happened']),
  );
  const lines = parts.lines.join('').trim().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { timestamp: string }).timestamp)).toContain(
    new Date(1_700_000_000_000).toISOString(),
  );
  // The request and the message.
  expect(parts.works.map(({ traceId }) => traceId.length)).toEqual([32, 32]);
});

test('a management port of its own is a free one, whatever the settings say', async () => {
  const own = given({ settings: { http: { port: 0, host: '127.0.0.1' }, management: { port: 1 } } });
  const service = within(own, () => createService({ name: 'tested', settings: { shutdown: { signals: false } } }));
  const { managementPort } = await service.start();
  expect(managementPort).toBeGreaterThan(1);
  const stopped = service.stop();
  while (service.state !== 'stopped') await (own.clock as FakeClock).advance(20);
  await stopped;
  await settle();
});
