import { KeelsonError, runInScope, type WorkContext } from '../../src/core';
import { defineCommand, defineEvent, type PublishOptions } from '../../src/messaging';
import { settle } from '../support/fake-clock';
import { gate, make } from './support/make';

const placed = defineEvent<unknown>('order.placed');
const reserve = defineCommand<unknown, unknown>('stock.reserve');
const labels = 'scripted publish order.placed';

const positive = {
  '~standard': {
    version: 1 as const,
    vendor: 'test',
    validate: (value: unknown) =>
      typeof value === 'number' && value > 0
        ? { value: value * 100 }
        : { issues: [{ message: 'must be positive', path: ['a', 0] }] },
  },
};

const refusal = (code: string, details = {}): KeelsonError =>
  new KeelsonError(code, 'no', { retryable: true, details });

/** Work with a deadline `ms` from now. */
function work(clock: { now(): number }, ms?: number): WorkContext {
  const deadline = ms === undefined ? undefined : clock.now() + ms;
  return { requestId: 'r-1', deadline } as WorkContext;
}

describe('publish', () => {
  test('hands an envelope to the transport', async () => {
    const { messaging, transport } = make();
    await messaging.publish(placed, { n: 1 }, { key: 'a', headers: { 'X-Tenant': 'acme' } });
    expect(transport.published).toEqual([
      {
        envelope: {
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          type: 'order.placed',
          source: 'billing',
          time: '2023-11-14T22:13:20.000Z',
          key: 'a',
          contentType: 'application/json',
          headers: { 'x-tenant': 'acme', traceparent: expect.any(String) },
          body: Buffer.from('{"n":1}'),
          attempt: 1,
          deadline: undefined,
        },
        limits: { timeoutMs: 30_000, signal: undefined, ttlMs: undefined, delayMs: 0 },
      },
    ]);
  });

  test('hands on its limits', async () => {
    const { messaging, transport } = make({ limits: { publishTimeoutMs: 7 } });
    const { signal } = new AbortController();
    await messaging.publish(placed, 1);
    await messaging.publish(placed, 1, { timeoutMs: 5, ttlMs: 6, delayMs: 8, signal });
    expect(transport.published.map(({ limits }) => limits)).toEqual([
      { timeoutMs: 7, signal: undefined, ttlMs: undefined, delayMs: 0 },
      { timeoutMs: 5, signal, ttlMs: 6, delayMs: 8 },
    ]);
  });

  test('resolves when the broker has taken it, and not before', async () => {
    const { messaging, transport, meter } = make();
    const confirm = gate();
    transport.onPublish = () => confirm.promise;
    let over = false;
    const publishing = messaging.publish(placed, 1).then(() => (over = true));
    await settle();
    expect([over, meter.read('messaging_client_sent_messages_total')]).toEqual([false, {}]);
    confirm.open();
    await publishing;
    expect(meter.read('messaging_client_sent_messages_total')).toEqual({ [labels]: 1 });
  });

  test.each<[keyof PublishOptions, unknown]>([
    ['timeoutMs', 0],
    ['timeoutMs', NaN],
    ['ttlMs', 0],
    ['ttlMs', 1.5],
    ['delayMs', -1],
    ['delayMs', 2 ** 31],
  ])('rejects a %s of %p', async (name, value) => {
    const { messaging, transport } = make();
    await expect(messaging.publish(placed, 1, { [name]: value })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(transport.published).toEqual([]);
  });

  test.each([
    ['BigInt', { n: 1n }],
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['a member named __proto__', JSON.parse('{"a":{"__proto__":{"b":1}}}')],
    [
      'a circle',
      (() => {
        const circle: Record<string, unknown> = {};
        circle['me'] = circle;
        return circle;
      })(),
    ],
  ])('rejects data that JSON cannot carry: %s', async (_, data) => {
    const { messaging, transport } = make();
    await expect(messaging.publish(placed, data)).rejects.toMatchObject({ code: 'PAYLOAD_INVALID', retryable: false });
    expect(transport.published).toEqual([]);
  });

  test('of nothing is an empty body', async () => {
    const { messaging, transport } = make();
    await messaging.publish(placed, undefined);
    expect(transport.published[0]?.envelope.body).toHaveLength(0);
  });

  test('checks the data, and sends what was given, not what the schema makes of it', async () => {
    const { messaging, transport } = make();
    const event = defineEvent('order.placed', { schema: positive });
    await messaging.publish(event, 3);
    expect(String(transport.published[0]?.envelope.body)).toBe('3');
    await expect(messaging.publish(event, -3)).rejects.toMatchObject({
      code: 'PAYLOAD_INVALID',
      details: { errors: [{ pointer: '/a/0', detail: 'must be positive' }] },
    });
    expect(transport.published).toHaveLength(1);
  });

  test('waits for a schema that takes its time', async () => {
    const { messaging, transport } = make();
    const validate = (value: unknown) => Promise.resolve(positive['~standard'].validate(value));
    const slow = { '~standard': { ...positive['~standard'], validate } };
    await messaging.publish(defineEvent('order.placed', { schema: slow }), 3);
    await expect(messaging.publish(defineEvent('order.placed', { schema: slow }), -3)).rejects.toThrow('positive');
    expect(transport.published).toHaveLength(1);
  });

  test('rejects what is too large', async () => {
    const { messaging } = make({ limits: { maxMessage: 10 } });
    await messaging.publish(placed, 'x'.repeat(8));
    await expect(messaging.publish(placed, 'x'.repeat(9))).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    await expect(messaging.publish(placed, 'é'.repeat(5))).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  });

  test.each(['PUBLISH_NACKED', 'PUBLISH_NO_EXCHANGE', 'PUBLISH_BUFFER_FULL', 'PUBLISH_UNROUTABLE', 'TIMEOUT'])(
    'rejects with what the broker says: %s',
    async (code) => {
      const { messaging, transport, meter, tracing } = make();
      transport.onPublish = () => Promise.reject(refusal(code));
      await expect(messaging.publish(placed, 1)).rejects.toMatchObject({ code });
      expect(meter.read('messaging_client_sent_messages_total')).toEqual({ [`${labels} ${code}`]: 1 });
      expect([tracing.spans[0]?.failed, tracing.spans[0]?.ended]).toEqual([code, 1]);
    },
  );

  test('drops what nobody subscribes to where the definition says so: counted each time, said once', async () => {
    const { messaging, transport, meter, log, tracing } = make();
    const event = defineEvent<number>('order.placed', { unroutable: 'drop' });
    transport.onPublish = () => Promise.reject(refusal('PUBLISH_UNROUTABLE'));
    for (let n = 0; n < 3; n += 1) await messaging.publish(event, n);
    expect(meter.read('messaging_unroutable_dropped_total')).toEqual({ 'scripted order.placed': 3 });
    expect(log.messages('info')).toHaveLength(1);
    expect(tracing.spans.map(({ failed }) => failed)).toEqual([undefined, undefined, undefined]);
    transport.onPublish = () => Promise.reject(refusal('PUBLISH_NACKED'));
    await expect(messaging.publish(event, 1)).rejects.toMatchObject({ code: 'PUBLISH_NACKED' });
  });

  test('has no deadline, and the request id of the work around it', async () => {
    const { messaging, transport, clock } = make();
    const scope = { work: work(clock, 10), trace: undefined, telemetry: undefined };
    await runInScope(scope, () => messaging.publish(placed, 1));
    await runInScope(scope, () => messaging.publish(placed, 1, { headers: { 'x-request-id': 'mine' } }));
    const [first, second] = transport.published;
    expect([first?.envelope.deadline, first?.limits.timeoutMs]).toEqual([undefined, 30_000]);
    expect([first?.envelope.headers['x-request-id'], second?.envelope.headers['x-request-id']]).toEqual([
      'r-1',
      'mine',
    ]);
  });

  test('is a span', async () => {
    const { messaging, transport, tracing, meter } = make();
    await messaging.publish(placed, { n: 1 });
    expect(tracing.spans.map(({ name, ended, failed }) => [name, ended, failed])).toEqual([
      ['publish order.placed', 1, undefined],
    ]);
    expect(tracing.spans[0]?.attributes).toEqual({
      'messaging.system': 'scripted',
      'messaging.operation.name': 'publish',
      'messaging.operation.type': 'send',
      'messaging.destination.name': 'order.placed',
      'messaging.message.id': transport.published[0]?.envelope.id,
      'messaging.message.body.size': 7,
    });
    expect(meter.read('messaging_client_operation_duration_seconds')).toEqual({ [labels]: 1 });
  });
});

describe('send', () => {
  test('sends a command with an absolute deadline and resolves to the reply', async () => {
    const { messaging, transport, tracing } = make();
    transport.onRequest = () => Promise.resolve({ ok: true, body: Buffer.from('{"left":3}') });
    const { signal } = new AbortController();
    expect(await messaging.send(reserve, { n: 1 }, { timeoutMs: 500, signal, headers: { A: 'b' } })).toEqual({
      left: 3,
    });
    const [{ envelope, limits }] = transport.requested as [(typeof transport.requested)[number]];
    expect(envelope).toMatchObject({ type: 'stock.reserve', deadline: 1_700_000_000_500, headers: { a: 'b' } });
    expect(limits).toEqual({ timeoutMs: 500, signal });
    expect(tracing.spans[0]).toMatchObject({
      name: 'send stock.reserve',
      attributes: { 'messaging.operation.name': 'send', 'messaging.operation.type': 'send' },
    });
  });

  test('waits 10 s if nobody says otherwise', async () => {
    const { messaging, transport } = make();
    expect(await messaging.send(reserve, 1)).toBeUndefined();
    expect(transport.requested[0]?.limits.timeoutMs).toBe(10_000);
    await expect(messaging.send(reserve, 1, { timeoutMs: 0 })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  test('gives the deadline by the wall clock, which other machines share', async () => {
    const { messaging, transport, clock } = make();
    clock.jumpWall(-3_600_000);
    await messaging.send(reserve, 1, { timeoutMs: 500 });
    expect(transport.requested[0]?.envelope.deadline).toBe(1_700_000_000_500 - 3_600_000);
  });

  test.each([
    [300, 500, 300, 'DEADLINE_EXCEEDED'],
    [500, 500, 500, 'DEADLINE_EXCEEDED'],
    [900.7, 1_000, 900, 'DEADLINE_EXCEEDED'],
    [800, 500, 500, 'TIMEOUT'],
    [undefined, 500, 500, 'TIMEOUT'],
  ])('with %p ms left and a time-out of %p waits %p, and then it is %s', async (left, timeoutMs, waits, code) => {
    const { messaging, transport, clock, meter } = make();
    transport.onRequest = () => Promise.reject(refusal('TIMEOUT', { outcome: 'unknown' }));
    const scope = { work: work(clock, left), trace: undefined, telemetry: undefined };
    const sending = runInScope(scope, () => messaging.send(reserve, 1, { timeoutMs }));
    await expect(sending).rejects.toMatchObject({ code, details: { outcome: 'unknown' } });
    expect(transport.requested[0]).toMatchObject({
      limits: { timeoutMs: waits },
      envelope: { deadline: 1_700_000_000_000 + waits },
    });
    expect(meter.read('messaging_client_sent_messages_total')).toEqual({ [`scripted send stock.reserve ${code}`]: 1 });
  });

  test.each([0, -5, 0.4])('is not begun with %p ms left', async (left) => {
    const { messaging, transport, clock } = make();
    const scope = { work: work(clock, left), trace: undefined, telemetry: undefined };
    const sending = runInScope(scope, () => messaging.send(reserve, 1));
    await expect(sending).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED', retryable: false });
    expect(transport.requested).toEqual([]);
  });

  test('what a slow schema takes is not added to the deadline', async () => {
    const { messaging, transport, clock } = make();
    const request = {
      '~standard': {
        version: 1 as const,
        vendor: 'test',
        validate: async (value: unknown) => {
          await clock.advance(400);
          return { value };
        },
      },
    };
    const scope = { work: work(clock, 1_000), trace: undefined, telemetry: undefined };
    await runInScope(scope, () => messaging.send(defineCommand('stock.reserve', { request }), 1));
    expect(transport.requested[0]?.envelope.deadline).toBe(1_700_000_001_000);
  });

  test.each(['TIMEOUT', 'ABORTED', 'PUBLISH_UNROUTABLE', 'STOPPED'])('rejects with %s as it is', async (code) => {
    const { messaging, transport, tracing } = make();
    transport.onRequest = () => Promise.reject(refusal(code));
    await expect(messaging.send(reserve, 1)).rejects.toMatchObject({ code });
    expect(tracing.spans[0]).toMatchObject({ failed: code, ended: 1 });
  });

  test('rejects a reply that is not what was promised', async () => {
    const { messaging, transport } = make();
    const command = defineCommand('stock.reserve', { reply: positive });
    transport.onRequest = () => Promise.resolve({ ok: true, body: Buffer.from('-1') });
    await expect(messaging.send(command, 1)).rejects.toMatchObject({
      code: 'PAYLOAD_INVALID',
      message: expect.stringContaining('the reply to stock.reserve'),
    });
    transport.onRequest = () => Promise.resolve({ ok: true, body: Buffer.from('3') });
    expect(await messaging.send(command, 1)).toBe(300);
  });

  test('an event and a command of the same name are counted apart', async () => {
    const { messaging, meter } = make();
    await messaging.publish(defineEvent('stock.reserve'), 1);
    await messaging.send(reserve, 1);
    expect(meter.read('messaging_client_sent_messages_total')).toEqual({
      'scripted publish stock.reserve': 1,
      'scripted send stock.reserve': 1,
    });
  });
});
