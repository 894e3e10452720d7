import { KeelsonError, type Fault } from '../../src/core';
import { defineCommand, defineEvent, memoryDedupe, type DedupeStore } from '../../src/messaging';
import { FakeClock, settle } from '../support/fake-clock';
import { gate, make } from './support/make';
import { type ScriptedDelivery } from './support/scripted-transport';

const placed = defineEvent<{ n: number }>('order.placed');
const reserve = defineCommand<{ n: number }, unknown>('stock.reserve');
const labels = 'scripted order.placed billing';

const happened = (log: readonly string[], { envelope }: ScriptedDelivery): string[] =>
  log.filter((line) => line.endsWith(` ${envelope.id}`)).map((line) => line.split(' ')[0] as string);

async function subscribed(
  handler: () => Promise<void> | void,
  more: Parameters<typeof make>[0] = {},
  options: { retry?: { delaysMs: number[] }; ordered?: boolean } = {},
) {
  const made = make(more);
  made.messaging.subscribe(placed, handler, options);
  made.messaging.open();
  await settle();
  return made;
}

function store(more: Partial<DedupeStore> = {}): DedupeStore {
  return { claim: () => 'claimed', done: () => undefined, release: () => undefined, ...more };
}

describe('an event that was handled', () => {
  test('is acked, and not before', async () => {
    const handling = gate();
    const { transport } = await subscribed(() => handling.promise);
    const delivery = transport.deliver();
    await settle();
    expect(delivery.acked).toBe(false);
    handling.open();
    await settle();
    expect(delivery.acks).toHaveLength(1);
    expect(happened(transport.log, delivery)).toEqual(['ack']);
  });

  test('is acked after the store has it', async () => {
    const remembering = gate();
    const done: string[] = [];
    const dedupe = store({
      done: (id) => {
        done.push(id);
        return remembering.promise;
      },
    });
    const { transport } = await subscribed(() => undefined, { dedupe });
    const delivery = transport.deliver({ id: 'one' });
    await settle();
    expect([done, delivery.acked]).toEqual([['order.placed/billing/shop/one'], false]);
    remembering.open();
    await settle();
    expect(delivery.acked).toBe(true);
  });

  test.each(['throws', 'rejects', 'hangs'] as const)('is acked when the store %s', async (how) => {
    const dedupe = store({
      done: () => {
        if (how === 'throws') throw new Error('the store is away');
        return how === 'rejects' ? Promise.reject(new Error('the store is away')) : new Promise(() => undefined);
      },
    });
    const { transport, log, clock } = await subscribed(() => undefined, { dedupe });
    const delivery = transport.deliver();
    await clock.advance(10_000);
    expect([delivery.acked, log.messages('warn')]).toEqual([true, ['the dedupe store failed']]);
    expect(clock.timers).toBe(0);
  });
});

describe('an event whose handler failed', () => {
  const fails = (): never => {
    throw new TypeError('cannot read');
  };

  test('is postponed, and acked when the broker has the copy', async () => {
    const { transport, meter, log } = await subscribed(fails);
    const confirm = gate();
    const delivery = transport.deliver();
    delivery.refusals = [confirm.promise];
    await settle();
    expect([happened(transport.log, delivery), delivery.acked]).toEqual([['postpone'], false]);
    confirm.open();
    await settle();
    expect(happened(transport.log, delivery)).toEqual(['postpone', 'ack']);
    expect(delivery.postponed).toEqual([{ delayMs: 1_000, attempt: 2 }]);
    expect(meter.read('messaging_retried_messages_total')).toEqual({ [labels]: 1 });
    expect(log.lines[0]).toMatchObject({ level: 'warn', fields: { attempt: 1, delayMs: 1_000, group: 'billing' } });
  });

  test('climbs the ladder, then goes to the dead letters, and is acked when they have it', async () => {
    const { transport, meter } = await subscribed(fails, {}, { retry: { delaysMs: [10, 20] } });
    const [one, two, three, beyond] = [1, 2, 3, 9].map((attempt) => transport.deliver({ attempt }));
    const confirm = gate();
    (three as ScriptedDelivery).refusals = [confirm.promise];
    await settle();
    expect([one?.postponed, two?.postponed]).toEqual([[{ delayMs: 10, attempt: 2 }], [{ delayMs: 20, attempt: 3 }]]);
    expect([three?.acked, beyond?.acked]).toEqual([false, true]);
    confirm.open();
    await settle();
    expect(happened(transport.log, three as ScriptedDelivery)).toEqual(['bury', 'ack']);
    expect(three?.buried).toEqual([
      {
        reason: 'failed',
        code: 'TypeError',
        message: 'cannot read',
        stack: expect.stringContaining('TypeError: cannot read'),
        attempts: 3,
      },
    ]);
    expect(meter.read('messaging_dead_letters_total')).toEqual({ [`${labels} failed`]: 2 });
  });

  test.each([
    ['an error of the chassis', new KeelsonError('NOT_FOUND', 'gone', { retryable: false }), 'NOT_FOUND'],
    ['an error of the user', Object.assign(new Error('gone'), { retryable: false }), 'Error'],
    ['any object', { retryable: false }, '_OTHER'],
  ])('goes to the dead letters at once when it says that it is in vain: %s', async (_, error, code) => {
    const { transport } = await subscribed(() => {
      throw error as Error;
    });
    const delivery = transport.deliver();
    await settle();
    expect(delivery.postponed).toEqual([]);
    expect(delivery.buried).toEqual([expect.objectContaining({ reason: 'failed', code, attempts: 1 })]);
    expect(delivery.acked).toBe(true);
  });

  test.each([undefined, null, 0, 'text', Symbol('s'), Object.create(null), { retryable: 0 }])(
    'is handled again whatever it threw: %p',
    async (thrown) => {
      const { transport } = await subscribed(() => {
        throw thrown as Error;
      });
      const delivery = transport.deliver();
      await settle();
      expect([delivery.postponed.length, delivery.acked]).toEqual([1, true]);
    },
  );

  test('does so even for what cannot be looked at', async () => {
    const refuse = (): never => {
      throw new Error('do not look');
    };
    const trap = new Proxy({}, { get: refuse, has: refuse, getPrototypeOf: refuse });
    const { transport } = await subscribed(
      () => {
        throw trap as Error;
      },
      {},
      { retry: { delaysMs: [10] } },
    );
    const [one, two] = [1, 2].map((attempt) => transport.deliver({ attempt }));
    await settle();
    expect([one?.postponed.length, one?.acked]).toEqual([1, true]);
    expect(two?.buried).toEqual([expect.objectContaining({ code: '_OTHER', attempts: 2 })]);
    expect(two?.acked).toBe(true);
  });

  test('is postponed again and again until the broker takes it, and never acked meanwhile', async () => {
    const { transport, clock, log } = await subscribed(fails);
    const delivery = transport.deliver();
    delivery.refusals = Array.from({ length: 9 }, () => Promise.reject(new Error('nacked')));
    await clock.advance(99);
    expect(delivery.postponed).toHaveLength(1);
    await clock.advance(1);
    expect(delivery.postponed).toHaveLength(2);
    await clock.advance(200 + 400 + 800 + 1_600 + 3_200 + 5_000);
    expect([delivery.postponed.length, delivery.acked]).toEqual([8, false]);
    await clock.advance(10_000);
    expect([delivery.postponed.length, delivery.acked, clock.timers]).toEqual([10, true, 0]);
    expect(log.messages('warn').filter((line) => line.includes('the delay queue'))).toHaveLength(9);
  });

  test('is buried again and again, too', async () => {
    const { transport, clock } = await subscribed(fails, {}, { retry: { delaysMs: [] } });
    const delivery = transport.deliver();
    delivery.refusals = [Promise.reject(new Error('nacked')), Promise.reject(new Error('nacked'))];
    await clock.advance(100);
    expect([delivery.buried.length, delivery.acked]).toEqual([2, false]);
    await clock.advance(200);
    expect([delivery.buried.length, delivery.acks.length]).toEqual([3, 1]);
  });

  test('is left to the broker once the broker has taken it back', async () => {
    const { transport, clock } = await subscribed(fails);
    const lost = transport.deliver();
    lost.refusals = [Promise.reject(new Error('gone'))];
    await settle();
    lost.lost = true;
    await clock.advance(60_000);
    expect([lost.postponed.length, lost.acked, clock.timers]).toEqual([1, false, 0]);
  });

  test.each([[[1_000]], [[]]])('is not copied when it was lost while it ran: ladder %p', async (delaysMs) => {
    const handling = gate();
    const { transport } = await subscribed(() => handling.promise, {}, { retry: { delaysMs } });
    const delivery = transport.deliver();
    await settle();
    delivery.lost = true;
    handling.fail(new Error('no'));
    await settle();
    expect([delivery.postponed, delivery.buried, delivery.acked]).toEqual([[], [], false]);
  });

  test('many that wait for the broker make no warning of the process', async () => {
    const warnings: Error[] = [];
    const warned = (warning: Error): void => void warnings.push(warning);
    process.on('warning', warned);
    const { transport, clock } = await subscribed(fails);
    for (let n = 0; n < 30; n += 1) transport.deliver().refusals = [Promise.reject(new Error('nacked'))];
    await clock.advance(100);
    await settle();
    process.off('warning', warned);
    expect(warnings).toEqual([]);
  });
});

describe('what an error says', () => {
  test('is masked and cut before it is among the dead letters', async () => {
    const redact = (text: string): string => text.replaceAll('hunter2', '***');
    const { transport } = await subscribed(
      () => {
        throw new Error(`hunter2 ${'x'.repeat(20_000)}`);
      },
      { redact },
      { retry: { delaysMs: [] } },
    );
    const delivery = transport.deliver();
    await settle();
    const { message, stack } = delivery.buried[0] as { message: string; stack: string };
    expect(message).toMatch(/^\*\*\* x+\.\.\.$/);
    expect([message.length, stack.length]).toEqual([1_024, 4_096]);
    expect(stack).not.toContain('hunter2');
  });
});

describe('an event that cannot be read', () => {
  const number = {
    '~standard': {
      version: 1 as const,
      vendor: 'test',
      validate: (value: unknown) =>
        typeof (value as { n?: unknown } | undefined)?.n === 'number'
          ? { value: value as { n: number } }
          : { issues: [{ message: 'no number', path: ['n'] }] },
    },
  };

  test.each([
    ['not JSON', { body: Buffer.from('{"n":') }, 'PAYLOAD_INVALID'],
    ['not UTF-8', { body: Buffer.from([0x22, 0xff, 0x22]) }, 'PAYLOAD_INVALID'],
    ['not by the schema', { data: { n: 'one' } }, 'PAYLOAD_INVALID'],
    ['empty', {}, 'PAYLOAD_INVALID'],
    ['too large', { data: { n: 1, text: 'x'.repeat(100) } }, 'PAYLOAD_TOO_LARGE'],
    ['malformed as the transport says', { data: { n: 1 }, malformed: 'it has no type' }, 'PAYLOAD_INVALID'],
    ['with a member named __proto__', { body: Buffer.from('{"n":1,"__proto__":{"a":1}}') }, 'PAYLOAD_INVALID'],
  ])('goes to the dead letters at once: %s', async (_, given, code) => {
    const { messaging, transport, meter } = make({ limits: { maxMessage: 100 } });
    const handler = jest.fn();
    messaging.subscribe(defineEvent('order.placed', { schema: number }), handler);
    messaging.open();
    await settle();
    const delivery = transport.deliver(given);
    await settle();
    expect(handler).not.toHaveBeenCalled();
    expect(delivery.buried).toEqual([expect.objectContaining({ reason: 'malformed', code, attempts: 0 })]);
    expect(happened(transport.log, delivery)).toEqual(['bury', 'ack']);
    expect(meter.read('messaging_dead_letters_total')).toEqual({ [`${labels} malformed`]: 1 });
  });

  test('a schema that fails is not what is wrong with the message: it is handled again', async () => {
    const { messaging, transport } = make();
    const validate = (): Promise<never> => Promise.reject(new Error('the database is away'));
    const schema = { '~standard': { version: 1 as const, vendor: 'test', validate } };
    messaging.subscribe(defineEvent('order.placed', { schema }), () => undefined);
    messaging.open();
    await settle();
    const delivery = transport.deliver();
    await settle();
    expect([delivery.buried, delivery.postponed.length]).toEqual([[], 1]);
  });
});

describe('an event that was delivered too often', () => {
  test('never reaches its handler at 20, and does at 19', async () => {
    const handler = jest.fn();
    const { transport, meter } = await subscribed(handler);
    const last = transport.deliver({ redeliveries: 19, attempt: 2 });
    const killer = transport.deliver({ redeliveries: 20, attempt: 2 });
    await settle();
    expect([handler.mock.calls.length, last.acked]).toEqual([1, true]);
    expect(killer.buried).toEqual([expect.objectContaining({ reason: 'delivery_limit', attempts: 2 })]);
    expect(happened(transport.log, killer)).toEqual(['bury', 'ack']);
    expect(meter.read('messaging_dead_letters_total')).toEqual({ [`${labels} delivery_limit`]: 1 });
  });
});

describe('an event that may be a duplicate', () => {
  test('is skipped when it was done', async () => {
    const handler = jest.fn();
    const { transport, meter } = await subscribed(handler, { dedupe: memoryDedupe({ clock: new FakeClock() }) });
    transport.deliver({ id: 'one' });
    await settle();
    const again = transport.deliver({ id: 'one' });
    const other = transport.deliver({ id: 'one', source: 'another' });
    await settle();
    expect([handler.mock.calls.length, again.acked, other.acked]).toEqual([2, true, true]);
    expect(meter.read('messaging_duplicate_messages_total')).toEqual({ [labels]: 1 });
  });

  test('is looked at again later when another handles it, and that is no attempt', async () => {
    const handling = gate();
    const { transport, meter } = await subscribed(() => handling.promise, {
      dedupe: memoryDedupe({ clock: new FakeClock() }),
    });
    transport.deliver({ id: 'one' });
    const again = transport.deliver({ id: 'one', attempt: 3 });
    await settle();
    expect(again.postponed).toEqual([{ delayMs: 5_000, attempt: 3 }]);
    expect(happened(transport.log, again)).toEqual(['postpone', 'ack']);
    expect(meter.read('messaging_retried_messages_total')).toEqual({});
  });

  test.each(['throws', 'rejects', 'hangs'] as const)('waits when the store %s, and is not handled', async (how) => {
    const handler = jest.fn();
    const dedupe = store({
      claim: () => {
        if (how === 'throws') throw new Error('the store is away');
        return how === 'rejects' ? Promise.reject(new Error('the store is away')) : new Promise(() => undefined);
      },
    });
    const { transport, log, clock } = await subscribed(handler, { dedupe });
    const delivery = transport.deliver();
    await clock.advance(10_000);
    expect(handler).not.toHaveBeenCalled();
    expect(delivery.postponed).toEqual([{ delayMs: 5_000, attempt: 1 }]);
    expect(log.messages('warn')).toEqual(['the dedupe store failed']);
  });

  test('is free again after a failure, also when the store cannot say so', async () => {
    const released: string[] = [];
    const dedupe = store({
      release: (id) => {
        released.push(id);
        return Promise.reject(new Error('the store is away'));
      },
    });
    const { transport, log } = await subscribed(
      () => {
        throw new Error('no');
      },
      { dedupe },
    );
    const delivery = transport.deliver({ id: 'one' });
    await settle();
    expect(released).toEqual(['order.placed/billing/shop/one']);
    expect([delivery.postponed.length, log.messages('warn')[0]]).toEqual([1, 'the dedupe store failed']);
  });

  test('claims for as long as the handler may take, and a margin', async () => {
    const leases: number[] = [];
    const dedupe = store({
      claim: (_, leaseMs) => {
        leases.push(leaseMs);
        return Promise.resolve('claimed');
      },
    });
    const { transport } = await subscribed(() => undefined, { dedupe });
    const delivery = transport.deliver();
    await settle();
    expect([leases, delivery.acked]).toEqual([[330_000], true]);
  });

  test('in order, one that another handles waits in place', async () => {
    let claims = 0;
    const dedupe = store({ claim: () => ((claims += 1) === 1 ? 'busy' : 'claimed') });
    const handler = jest.fn();
    const { transport, clock } = await subscribed(handler, { dedupe }, { ordered: true });
    const delivery = transport.deliver({ key: 'a' });
    await settle();
    expect([handler.mock.calls.length, delivery.postponed, delivery.acked]).toEqual([0, [], false]);
    await clock.advance(5_000);
    expect([handler.mock.calls.length, delivery.acked]).toEqual([1, true]);
  });
});

describe('a transport that throws where it must not', () => {
  test('costs no place, and the message is not acked', async () => {
    const handling = gate();
    const { transport, log } = await subscribed(() => handling.promise);
    const delivery = transport.deliver();
    delivery.ack = () => {
      throw new Error('the channel is closed');
    };
    handling.open();
    await settle();
    expect(log.messages('error')).toEqual(['a message could not be settled, and is left to the broker']);
  });
});

describe('a command', () => {
  async function handled(
    handler: () => unknown,
    given: Parameters<ReturnType<typeof make>['transport']['deliver']>[0],
  ) {
    const made = make();
    made.messaging.handle(reserve, handler);
    made.messaging.open();
    await settle();
    const delivery = made.transport.deliver(given);
    await settle();
    return { ...made, delivery };
  }

  test('is answered, then acked', async () => {
    const { transport, delivery } = await handled(() => ({ ok: 1 }), { data: { n: 1 } });
    expect(happened(transport.log, delivery)).toEqual(['reply', 'ack']);
    expect(delivery.reply1).toEqual({ ok: true, value: { ok: 1 } });
  });

  test('that fails is answered with what it threw, and not repeated', async () => {
    const error = new KeelsonError('OUT_OF_STOCK', 'none left', {
      retryable: false,
      status: 409,
      details: { left: 0 },
    });
    const { transport, delivery, log } = await handled(() => Promise.reject(error), { data: { n: 1 } });
    expect(happened(transport.log, delivery)).toEqual(['reply', 'ack']);
    expect(delivery.reply1).toEqual({
      ok: false,
      value: { code: 'OUT_OF_STOCK', message: 'none left', retryable: false, status: 409, details: { left: 0 } },
    });
    expect(log.lines).toEqual([]);
  });

  test('does not show what an error of another kind says, and logs it', async () => {
    const { delivery, log } = await handled(() => Promise.reject(new Error('password=hunter2')), { data: { n: 1 } });
    expect(delivery.reply1.value).toEqual({
      code: 'INTERNAL',
      message: 'Something went wrong in the service.',
      retryable: true,
      status: 500,
      details: {},
    });
    expect(log.messages('error')).toEqual(['a command failed']);
  });

  test.each([[undefined], [null], ['text'], [{}]])('that throws %p is answered', async (thrown) => {
    const { delivery } = await handled(
      () => {
        throw thrown as Error;
      },
      { data: { n: 1 } },
    );
    expect([delivery.reply1.value.code, delivery.acked]).toEqual(['INTERNAL', true]);
  });

  test('that nobody waits for any more is not begun', async () => {
    const handler = jest.fn();
    const { delivery, meter } = await handled(handler, { data: { n: 1 }, deadline: 1_700_000_000_000 });
    expect(handler).not.toHaveBeenCalled();
    expect([delivery.replies, delivery.acked]).toEqual([[], true]);
    expect(meter.read('messaging_expired_messages_total')).toEqual({ 'scripted stock.reserve': 1 });
    expect(meter.read('messaging_process_duration_seconds')).toEqual({
      'scripted stock.reserve  DEADLINE_EXCEEDED': 1,
    });
  });

  test('that cannot be read is answered so', async () => {
    const { delivery } = await handled(() => 1, { body: Buffer.from('{') });
    expect(delivery.reply1).toMatchObject({ ok: false, value: { code: 'PAYLOAD_INVALID', status: 422 } });
    expect(delivery.acked).toBe(true);
  });

  test('that was delivered too often is answered so', async () => {
    const { delivery } = await handled(() => 1, { data: { n: 1 }, redeliveries: 20 });
    expect(delivery.reply1).toMatchObject({ ok: false, value: { code: 'INTERNAL', retryable: false } });
    expect(delivery.acked).toBe(true);
  });

  test.each([
    ['BigInt', 1n],
    [
      'a circle',
      (() => {
        const circle: Record<string, unknown> = {};
        circle['me'] = circle;
        return circle;
      })(),
    ],
    ['a function', () => 1],
  ])('whose reply JSON cannot carry fails, and is logged and counted so: %s', async (_, reply) => {
    const { delivery, log, meter, tracing } = await handled(() => reply, { data: { n: 1 } });
    expect(delivery.reply1).toMatchObject({ ok: false, value: { code: 'INTERNAL', status: 500, retryable: false } });
    expect(delivery.acked).toBe(true);
    expect(log.messages('error')).toEqual(['a command failed']);
    expect(tracing.spans[0]?.failed).toBe('INTERNAL');
    expect(meter.read('messaging_process_duration_seconds')).toEqual({ 'scripted stock.reserve  INTERNAL': 1 });
  });
});

test('an event that was dropped on purpose comes again as the same attempt, and is acked once that is sure', async () => {
  const draw = (): Fault<'consume'> => ({ kind: 'drop', rule: 'r', delayMs: 70, status: 503 });
  const { transport, tracing } = await subscribed(() => undefined, { faults: { consume: { draw } } });
  const safe = gate();
  const delivery = transport.deliver({ attempt: 2 });
  delivery.refusals = [safe.promise];
  await settle();
  expect([delivery.postponed, delivery.acked]).toEqual([[{ delayMs: 70, attempt: 2 }], false]);
  safe.open();
  await settle();
  expect([delivery.acked, tracing.spans.at(-1)?.failed]).toEqual([true, 'FAULT_INJECTED']);
});
