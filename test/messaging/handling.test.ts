import { currentScope, KeelsonError, noopTracing, type WorkContext } from '../../src/core';
import { defineCommand, defineEvent, type Message, type Source } from '../../src/messaging';
import { Handling } from '../../src/messaging/handling';
import { FakeClock, settle } from '../support/fake-clock';
import { RecordingLogger } from '../support/recording';
import { gate, make } from './support/make';
import { ScriptedDelivery, type Given } from './support/scripted-transport';

const event: Source = {
  kind: 'event',
  name: 'order.placed',
  group: 'billing',
  prefetch: 1,
  ordered: false,
  delaysMs: [],
};
const command: Source = { kind: 'command', name: 'stock.reserve', prefetch: 1 };
const log = new RecordingLogger();

function handle(given: Given = {}, source = event, clock = new FakeClock()) {
  const host = { clock, log, source, timeoutMs: 1_000 };
  const handling = new Handling(host, new ScriptedDelivery(given, []), 2, noopTracing.begin('consumer', 'x', {}));
  return { clock, handling, message: handling.message() };
}

test('a handler sees the message', () => {
  const { handling } = handle({ id: 'a', source: 'shop', key: 'k', headers: { a: 'b' } });
  handling.data = { n: 1 };
  expect(handling.message()).toMatchObject({
    id: 'a',
    type: 'order.placed',
    data: { n: 1 },
    source: 'shop',
    time: '2023-11-14T22:13:20.000Z',
    key: 'k',
    attempt: 2,
    headers: { a: 'b' },
    deadline: undefined,
  });
});

describe('the signal', () => {
  test('aborts when the time of the handler is up', async () => {
    const { clock, message } = handle();
    const { signal } = message;
    await clock.advance(999);
    expect(signal.aborted).toBe(false);
    await clock.advance(1);
    expect(signal.reason).toMatchObject({ code: 'TIMEOUT', retryable: true });
  });

  test('of a command aborts when its sender stops waiting', async () => {
    const { clock, message } = handle({ deadline: 1_700_000_000_300 }, command);
    const { signal } = message;
    expect(message.deadline).toBe(1_700_000_000_300);
    await clock.advance(300);
    expect(signal.reason).toMatchObject({ code: 'DEADLINE_EXCEEDED', retryable: false });
  });

  test('of a command without a deadline aborts when the time of a handler is up', async () => {
    const { messaging, transport, clock } = make();
    const signals: AbortSignal[] = [];
    messaging.handle(defineCommand<unknown, unknown>('stock.reserve'), ({ signal }) => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
    messaging.open();
    await settle();
    transport.deliver();
    await clock.advance(299_999);
    expect(signals[0]?.aborted).toBe(false);
    await clock.advance(1);
    expect(signals[0]?.aborted).toBe(true);
  });

  test('of an event knows no deadline, whatever its publisher says', async () => {
    const { message, clock } = handle({ deadline: 1 });
    expect([message.deadline, message.signal.aborted]).toEqual([undefined, false]);
    await clock.advance(1_000);
    expect(message.signal.reason).toMatchObject({ code: 'TIMEOUT' });
  });

  test('is aborted at once where time was up before anybody asked', async () => {
    const { message, clock } = handle();
    await clock.advance(2_000);
    expect([message.signal.aborted, clock.timers]).toEqual([true, 0]);
  });

  test('costs no timer unless somebody asks for it, and none once the handler has ended', () => {
    const { message, handling, clock } = handle();
    expect(clock.timers).toBe(0);
    const { signal } = message;
    expect([clock.timers, message.signal === signal]).toEqual([1, true]);
    handling.end();
    expect(clock.timers).toBe(0);
    const late = handle();
    late.handling.end();
    expect([late.message.signal.aborted, late.clock.timers]).toEqual([false, 0]);
  });

  test('aborts when the service cannot wait, also for who asks for it later; the first reason stays', () => {
    const stopped = new KeelsonError('STOPPED', 'no', { retryable: true });
    const { message, handling, clock } = handle();
    expect(handling.cut).toBe(false);
    handling.abort(stopped);
    handling.abort(new KeelsonError('TIMEOUT', 'no', { retryable: true }));
    expect([message.signal.reason, handling.cut, clock.timers]).toEqual([stopped, true, 0]);
    const asked = handle();
    const { signal } = asked.message;
    asked.handling.abort(stopped);
    expect([signal.reason, asked.clock.timers]).toEqual([stopped, 0]);
  });
});

describe('the request id', () => {
  test.each([
    [{ 'x-request-id': 'r-1' }, 'm', 'r-1'],
    [{}, 'm', 'm'],
    [{ 'x-request-id': 'a\r\nb' }, 'm', 'm'],
    [{ 'x-request-id': '' }, 'm', 'm'],
    [{ 'x-request-id': 'x'.repeat(129) }, 'a b', expect.stringMatching(/^[0-9a-f-]{36}$/)],
  ])('of %p and the id %p is %p', (headers, id, expected) => {
    expect(handle({ headers: headers, id }).handling.requestId).toEqual(expected);
  });
});

test('what a handler does belongs to its message', async () => {
  const { messaging, transport, clock, log: lines, tracing } = make();
  const placed = defineEvent<unknown>('order.placed');
  const works: (WorkContext | undefined)[] = [];
  const messages: Message<unknown>[] = [];
  const waiting = gate();
  messaging.subscribe(placed, async (message) => {
    messages.push(message);
    works.push(currentScope()?.work);
    await waiting.promise;
    works.push(currentScope()?.work);
    currentScope()?.work?.log.info('handled');
    expect(currentScope()?.trace).toBe(tracing.spans[0]);
  });
  messaging.open();
  await settle();
  transport.deliver({ headers: { 'x-request-id': 'r-1' } });
  await settle();
  waiting.open();
  await clock.advance(0);
  expect(works[0]).toMatchObject({ requestId: 'r-1', traceId: tracing.spans[0]?.traceId, deadline: undefined });
  expect(works[1]).toBe(works[0]);
  expect(works[0]?.signal).toBe(messages[0]?.signal);
  expect(lines.lines).toEqual([
    { level: 'info', message: 'handled', fields: { event: 'order.placed', group: 'billing' } },
  ]);
  expect(currentScope()).toBeUndefined();
});

test('what is logged of a message belongs to it, too', async () => {
  const ids: unknown[] = [];
  class Logger extends RecordingLogger {
    override warn(): void {
      ids.push(currentScope()?.work?.requestId);
    }
    override child(): Logger {
      return this;
    }
  }
  const { messaging, transport } = make({ log: new Logger() });
  messaging.subscribe(defineEvent('order.placed'), () => Promise.reject(new Error('no')));
  messaging.open();
  await settle();
  transport.deliver({ headers: { 'x-request-id': 'r-1' } });
  await settle();
  expect(ids).toEqual(['r-1']);
});
