import assert from 'node:assert/strict';
import { type Taken, type TransportBench, type TransportCase } from './transport-bench';

/** A consumer that has taken these, acked none of them and gone. */
async function takenAndLeft(bench: TransportBench, ...ids: string[]): Promise<Taken> {
  const transport = await bench.started();
  const taken = await bench.subscribe(transport);
  await bench.publish(transport, ...ids);
  await bench.arrived(taken, ...ids);
  await taken.end();
  return taken;
}

/** What was taken, and what comes back. */
export const queueCases: readonly TransportCase[] = [
  {
    name: 'what was acked does not come again',
    run: async (bench) => {
      const transport = await bench.started();
      const taken = await bench.subscribe(transport);
      await bench.publish(transport, 'a', 'b', 'c');
      await bench.arrived(taken, 'a', 'b', 'c');
      taken.deliveries[1]?.ack();
      taken.deliveries[0]?.ack();
      taken.deliveries[2]?.ack();
      await taken.end();
      await bench.arrived(await bench.subscribe(await bench.started()));
    },
  },
  {
    name: 'what was not acked comes again when its consumer has gone, in its order',
    run: async (bench, traits) => {
      await takenAndLeft(bench, 'a', 'b', 'c');
      const again = await bench.subscribe(await bench.started());
      await bench.arrived(again, 'a', 'b', 'c');
      const counts = again.deliveries.map(({ redeliveries }) => redeliveries);
      assert.deepEqual(counts, traits.countsRedeliveries ? [1, 1, 1] : [undefined, undefined, undefined]);
      assert.equal(again.deliveries[0]?.envelope.attempt, 1);
      again.ackAll();
    },
  },
  {
    name: 'each time that it comes again counts',
    when: (traits) => traits.countsRedeliveries,
    run: async (bench) => {
      await takenAndLeft(bench, 'a');
      for (const count of [1, 2, 3]) {
        const again = await bench.subscribe(await bench.started());
        await bench.arrived(again, 'a');
        assert.equal(again.deliveries[0]?.redeliveries, count);
        await again.end();
      }
    },
  },
  {
    name: 'acks between those that come again are told apart',
    run: async (bench) => {
      const transport = await bench.started();
      const taken = await bench.subscribe(transport);
      await bench.publish(transport, 'a', 'b', 'c', 'd');
      await bench.arrived(taken, 'a', 'b', 'c', 'd');
      taken.deliveries[3]?.ack();
      taken.deliveries[1]?.ack();
      await taken.end();
      const again = await bench.subscribe(transport);
      await bench.arrived(again, 'a', 'c');
      again.ackAll();
    },
  },
  {
    name: 'a delivery that the broker has taken back is lost, and its ack does nothing',
    run: async (bench) => {
      const { deliveries } = await takenAndLeft(bench, 'a');
      const again = await bench.subscribe(await bench.started());
      await bench.arrived(again, 'a');
      assert.deepEqual([deliveries[0]?.lost, again.deliveries[0]?.lost], [true, false]);
      deliveries[0]?.ack();
      await again.end();
      const third = await bench.subscribe(await bench.started());
      await bench.arrived(third, 'a');
      third.ackAll();
    },
  },
  {
    name: 'what comes again is before what was published later',
    when: (traits) => traits.returnsToFront,
    run: async (bench) => {
      const transport = await bench.started();
      const taken = await bench.subscribe(transport, { prefetch: 2 });
      await bench.publish(transport, 'a', 'b', 'c', 'd');
      await bench.arrived(taken, 'a', 'b');
      await taken.end();
      const again = await bench.subscribe(transport);
      await bench.arrived(again, 'a', 'b', 'c', 'd');
      again.ackAll();
    },
  },
  {
    name: 'who goes leaves the others what they have in hand',
    run: async (bench) => {
      const transport = await bench.started();
      const one = await bench.subscribe(transport, { prefetch: 1 });
      const other = await bench.subscribe(transport, { prefetch: 1 });
      await bench.publish(transport, 'a', 'b');
      await bench.eventually('each has one', () => one.ids().length + other.ids().length === 2);
      await one.end();
      await bench.settle();
      assert.equal(other.ids().length, 1);
      assert.equal(other.deliveries[0]?.lost, false);
      other.ackAll();
      await bench.eventually('what the one had comes to the other', () => other.ids().length === 2);
      assert.deepEqual(other.ids().sort(), ['a', 'b']);
      other.ackAll();
    },
  },
  {
    name: 'no more than prefetch are in hand',
    run: async (bench) => {
      const transport = await bench.started();
      const taken = await bench.subscribe(transport, { prefetch: 3 });
      await bench.publish(transport, 'a', 'b', 'c', 'd', 'e');
      await bench.arrived(taken, 'a', 'b', 'c');
      taken.deliveries[1]?.ack();
      await bench.arrived(taken, 'a', 'b', 'c', 'd');
      taken.deliveries[0]?.ack();
      taken.deliveries[2]?.ack();
      taken.deliveries[3]?.ack();
      await bench.arrived(taken, 'a', 'b', 'c', 'd', 'e');
      taken.deliveries[4]?.ack();
    },
  },
  {
    name: 'after a pause nothing comes, what is in hand can be acked, and others take on',
    run: async (bench) => {
      const transport = await bench.started();
      const taken = await bench.subscribe(transport, { prefetch: 2 });
      await bench.publish(transport, 'a', 'b', 'c');
      await bench.arrived(taken, 'a', 'b');
      await bench.sure(taken.consumption.pause());
      taken.ackAll();
      await bench.publish(transport, 'd');
      await bench.arrived(taken, 'a', 'b');
      await bench.sure(taken.consumption.pause());
      const other = await bench.subscribe(await bench.started());
      await bench.arrived(other, 'c', 'd');
      other.ackAll();
      await bench.sure(taken.consumption.close());
    },
  },
  {
    name: 'a second pause or close does nothing, and a close needs no pause',
    run: async (bench) => {
      const transport = await bench.started();
      const taken = await bench.subscribe(transport);
      await bench.publish(transport, 'a');
      await bench.arrived(taken, 'a');
      await bench.sure(taken.consumption.close());
      await taken.end();
      assert.equal(taken.consumption.state, 'closed');
      const again = await bench.subscribe(transport);
      await bench.arrived(again, 'a');
      again.ackAll();
    },
  },
  {
    name: 'what is ordered is taken by one at a time, and by another when the one has gone',
    run: async (bench) => {
      const [here, there] = [await bench.started(), await bench.started()];
      const first = await bench.subscribe(here, { ordered: true, prefetch: 2 });
      const second = await bench.subscribe(there, { ordered: true, prefetch: 10 });
      await bench.publish(here, 'a', 'b', 'c', 'd');
      await bench.arrived(first, 'a', 'b');
      assert.deepEqual(second.ids(), []);
      first.ackAll();
      await bench.arrived(first, 'a', 'b', 'c', 'd');
      first.deliveries[2]?.ack();
      await first.end();
      await bench.eventually('the second takes over', () => second.ids().length === 1);
      await bench.publish(here, 'e', 'f');
      await bench.arrived(second, 'd', 'e', 'f');
      second.ackAll();
    },
  },
  {
    name: 'an order that is asked for differently fails clearly, and hurts nobody else',
    run: async (bench) => {
      const transport = await bench.started();
      const taken = await bench.subscribe(transport);
      const wrong = bench.take(await bench.started(), bench.events({ ordered: true }));
      await bench.eventually('it has failed', () => wrong.consumption.state === 'failed');
      assert.match(wrong.consumption.error?.message ?? '', new RegExp(bench.event));
      await bench.publish(transport, 'a');
      await bench.arrived(taken, 'a');
      assert.deepEqual(wrong.ids(), []);
      taken.ackAll();
      await wrong.end();
      assert.equal(wrong.consumption.state, 'closed');
      await bench.sure(wrong.consumption.ready);
    },
  },
];
