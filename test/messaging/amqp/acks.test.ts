import { Acks } from '../../../src/messaging/amqp/acks';
import { settle } from '../../support/fake-clock';

function written(count: number): { acks: Acks; out: [number, boolean][] } {
  const out: [number, boolean][] = [];
  const acks = new Acks({ ack: (tag, upTo) => out.push([tag, upTo]), flush: () => undefined });
  for (let tag = 1; tag <= count; tag++) acks.delivered(tag);
  return { acks, out };
}

test('acks of one turn go out as one, up to the highest below which all are done', async () => {
  const { acks, out } = written(5);
  for (const tag of [3, 1, 2]) acks.ack(tag);
  expect(out).toEqual([]);
  await settle();
  expect(out).toEqual([[3, true]]);
});

test('one above a gap goes alone, and no tag goes twice', async () => {
  const { acks, out } = written(4);
  acks.ack(1);
  acks.ack(3);
  await settle();
  acks.ack(3);
  acks.ack(2);
  await settle();
  acks.ack(4);
  acks.flush();
  expect(out).toEqual([
    [1, false],
    [3, false],
    [2, false],
    [4, false],
  ]);
});

test('fifty do not wait for the end of the turn', () => {
  const { acks, out } = written(60);
  for (let tag = 1; tag <= 60; tag++) acks.ack(tag);
  expect(out).toEqual([[50, true]]);
});

test('a closed channel gets none', async () => {
  const { acks, out } = written(2);
  acks.ack(1);
  acks.close();
  acks.ack(2);
  await settle();
  expect(out).toEqual([]);
});

test('after a consumer is cancelled few frames go out, and the last one is for all', async () => {
  const { acks, out } = written(100);
  acks.spare();
  for (let tag = 50; tag > 1; tag--) {
    acks.ack(tag);
    await settle();
  }
  expect(out).toEqual(Array.from({ length: 24 }, (_, i) => [50 - i, false]));
  acks.ack(1);
  await settle();
  expect(out).toHaveLength(24);
  expect(acks.last()).toBe(false);
  expect(out.slice(24)).toEqual([[26, true]]);
});

test('where one below still runs, the last ones go out one by one, and it is said that they are many', async () => {
  const { acks, out } = written(100);
  acks.spare();
  for (let tag = 50; tag > 1; tag--) acks.ack(tag);
  await settle();
  expect(out).toEqual([]);
  expect(acks.last()).toBe(true);
  expect(out).toHaveLength(49);
  expect(new Set(out.map(([tag]) => tag)).size).toBe(49);
});

test('few last ones are not called many, nor is a run of any length', async () => {
  const { acks, out } = written(100);
  acks.spare();
  for (let tag = 1; tag <= 60; tag++) acks.ack(tag);
  await settle();
  for (let tag = 99; tag > 80; tag--) acks.ack(tag);
  expect(acks.last()).toBe(false);
  expect(out).toHaveLength(21);
});

test('every tag is acked once in any order', async () => {
  const { acks, out } = written(500);
  const order = Array.from({ length: 500 }, (_, i) => ((i * 263) % 500) + 1);
  for (const [i, tag] of order.entries()) {
    acks.ack(tag);
    if (i % 7 === 0) await settle();
  }
  await settle();
  const open = new Set(Array.from({ length: 500 }, (_, i) => i + 1));
  for (const [tag, upTo] of out) {
    expect(open.has(tag)).toBe(true);
    for (const one of upTo ? [...open].filter((other) => other <= tag) : [tag]) open.delete(one);
  }
  expect(open.size).toBe(0);
});

test('all that was written is handed over once a turn, also where only something else was written', async () => {
  const flush = jest.fn();
  const ack = jest.fn();
  const acks = new Acks({ ack, flush });
  for (let tag = 1; tag <= 3; tag++) acks.delivered(tag);
  acks.ack(1);
  acks.ack(2);
  acks.flushSoon();
  expect(flush).not.toHaveBeenCalled();
  await settle();
  expect([ack.mock.calls, flush.mock.calls.length]).toEqual([[[2, true]], 1]);
  acks.flushSoon();
  await settle();
  expect([ack.mock.calls.length, flush.mock.calls.length]).toEqual([1, 2]);
});

test('a channel that ends meanwhile does no harm', async () => {
  const ack = jest.fn(() => {
    throw new Error('Channel closed');
  });
  const acks = new Acks({ ack, flush: () => undefined });
  acks.delivered(1);
  acks.ack(1);
  await settle();
  expect(ack).toHaveBeenCalledTimes(1);
});
