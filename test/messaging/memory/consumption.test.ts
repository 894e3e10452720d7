import { MemoryConsumption } from '../../../src/messaging/memory/consumption';
import { Delays } from '../../../src/messaging/memory/delays';
import { held } from '../../../src/messaging/memory/held';
import { MemoryQueue } from '../../../src/messaging/memory/queue';
import { FakeClock } from '../../support/fake-clock';
import { collector, envelope, event } from './parcels';

function make(): {
  queue: MemoryQueue;
  closed: MemoryConsumption[];
  consumption: MemoryConsumption;
  got: ReturnType<typeof collector>;
} {
  const clock = new FakeClock();
  const tools = { clock, delays: new Delays(clock), limits: { length: 100, bytes: 1e6 }, wake: () => undefined };
  const queue = new MemoryQueue('q', false, tools);
  const closed: MemoryConsumption[] = [];
  const got = collector();
  const owner = { closed: (one: MemoryConsumption) => void closed.push(one), letGo: () => undefined };
  return { queue, closed, got, consumption: new MemoryConsumption(event({ prefetch: 2 }), got.deliver, owner) };
}

test('it is laden with as many as it may have in hand, until one is settled', () => {
  const { queue, consumption, got } = make();
  consumption.begin(queue);
  for (const id of ['a', 'b', 'c']) queue.push(held(envelope({ id }), 1, Infinity));
  queue.handOut(10);
  expect([got.ids(), consumption.laden, consumption.busy]).toEqual([['a', 'b'], true, true]);
  got.got[0]?.ack();
  expect(consumption.laden).toBe(false);
  queue.handOut(10);
  expect(got.ids()).toEqual(['a', 'b', 'c']);
});

test('it is ready when it takes; its owner hears of its end, once', async () => {
  const { queue, consumption, closed } = make();
  let ready = false;
  void consumption.ready.then(() => (ready = true));
  await Promise.resolve();
  expect(ready).toBe(false);
  consumption.begin(queue);
  await consumption.ready;
  await consumption.close();
  await consumption.close();
  expect([consumption.state, closed, queue.takers]).toEqual(['closed', [consumption], 0]);
});

test('one that failed can be closed', async () => {
  const { consumption, closed } = make();
  const error = new Error('no');
  consumption.fail(error);
  await consumption.pause();
  expect([consumption.state, consumption.error]).toEqual(['failed', error]);
  await consumption.close();
  await consumption.ready;
  expect([consumption.state, closed.length]).toEqual(['closed', 1]);
});
