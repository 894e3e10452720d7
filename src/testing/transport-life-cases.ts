import assert from 'node:assert/strict';
import { codeOf, type TransportCase } from './transport-bench';

/** From the making to the stop. */
export const lifeCases: readonly TransportCase[] = [
  {
    name: 'before the start nothing is open and nothing can be sent',
    run: async (bench) => {
      const transport = bench.create();
      assert.equal(transport.state, 'connecting');
      await bench.refused(transport.publish(bench.envelope(), bench.limits()), 'NOT_STARTED');
      await bench.refused(transport.request(bench.order(1_000), bench.limits()), 'NOT_STARTED');
      assert.equal(bench.harness.open?.() ?? 0, 0, 'something is open before the start');
      await bench.sure(transport.stop());
    },
  },
  {
    name: 'what is to be taken before the start is taken from the start on',
    run: async (bench) => {
      const transport = bench.create();
      const taken = bench.take(transport, bench.events());
      assert.equal(taken.consumption.state, 'waiting');
      await bench.sure(transport.start());
      assert.equal(transport.state, 'connected');
      await bench.sure(taken.consumption.ready);
      assert.equal(taken.consumption.state, 'taking');
      assert.equal(taken.consumption.error, undefined);
      await bench.publish(transport, 'a');
      await bench.arrived(taken, 'a');
      taken.ackAll();
    },
  },
  {
    name: 'what is closed before the start takes nothing',
    run: async (bench) => {
      const transport = bench.create();
      const taken = bench.take(transport, bench.events());
      await taken.end();
      await bench.sure(taken.consumption.ready);
      assert.equal(taken.consumption.state, 'closed');
      await bench.sure(transport.start());
      await bench.subscribe(await bench.started(), { group: 'shipping' });
      await bench.publish(transport, 'a');
      await bench.arrived(taken);
    },
  },
  {
    name: 'a start whose signal aborts is over',
    run: async (bench) => {
      const transport = bench.create();
      await bench.sure(transport.start(AbortSignal.abort()));
      await bench.eventually('it is connected all the same', () => transport.state === 'connected');
    },
  },
  {
    name: 'what is given up before it is sent is not sent',
    run: async (bench) => {
      const transport = await bench.started();
      const taken = await bench.subscribe(transport);
      const commands = await bench.handle(transport);
      const signal = AbortSignal.abort();
      await bench.refused(transport.publish(bench.envelope(), bench.limits({ signal })), 'ABORTED');
      await bench.refused(transport.request(bench.order(1_000), bench.limits({ signal })), 'ABORTED');
      await bench.publish(transport, 'a');
      await bench.arrived(taken, 'a');
      assert.deepEqual(commands.ids(), []);
      taken.ackAll();
    },
  },
  {
    name: 'a signal that aborts when all is over changes nothing',
    run: async (bench) => {
      const transport = await bench.started();
      const taken = await bench.subscribe(transport);
      const controller = new AbortController();
      await bench.sure(transport.publish(bench.envelope({ id: 'a' }), bench.limits({ signal: controller.signal })));
      controller.abort();
      await bench.arrived(taken, 'a');
      taken.ackAll();
    },
  },
  {
    name: 'details are plain data, and the kind is named',
    run: async (bench) => {
      const transport = await bench.started();
      const details = transport.details();
      assert.deepEqual(JSON.parse(JSON.stringify(details)), details);
      assert.equal(details['state'], 'connected');
      assert.match(transport.kind, /^[a-z][a-z0-9_]*$/);
    },
  },
  {
    name: 'after the stop nothing can be sent and nothing comes, and what was in hand goes to others',
    run: async (bench) => {
      const [transport, other] = [await bench.started(), await bench.started()];
      const taken = await bench.subscribe(transport);
      await bench.publish(other, 'a');
      await bench.arrived(taken, 'a');
      await bench.sure(transport.stop());
      await bench.sure(transport.stop(AbortSignal.abort()));
      assert.deepEqual([transport.state, transport.outstanding], ['stopped', 0]);
      await bench.refused(transport.publish(bench.envelope(), bench.limits()), 'STOPPED');
      await bench.refused(transport.request(bench.order(1_000), bench.limits()), 'STOPPED');
      await bench.publish(other, 'b');
      const again = await bench.subscribe(other);
      await bench.eventually('both come', () => again.ids().length === 2);
      assert.deepEqual(again.ids().sort(), ['a', 'b']);
      taken.ackAll();
      assert.deepEqual(taken.ids(), ['a']);
      await taken.end();
      again.ackAll();
    },
  },
  {
    name: 'a stop settles what is under way',
    run: async (bench) => {
      const transport = await bench.started();
      await bench.subscribe(transport);
      const commands = await bench.handle(transport);
      const waiting = bench.kept(transport.request(bench.order(30_000), bench.limits()));
      await bench.eventually('it has come', () => commands.deliveries.length === 1);
      const publishing = Array.from({ length: 20 }, () => transport.publish(bench.envelope(), bench.limits()));
      const outcomes = Promise.allSettled(publishing);
      await bench.sure(transport.stop());
      assert.equal((await bench.refused(waiting, 'STOPPED'))['outcome'], 'unknown');
      for (const outcome of await bench.sure(outcomes)) {
        if (outcome.status === 'rejected') assert.equal(codeOf(outcome.reason), 'STOPPED');
      }
      assert.equal(transport.outstanding, 0);
    },
  },
  {
    name: 'a stop leaves nothing open',
    run: async (bench) => {
      const transport = await bench.started();
      const taken = await bench.subscribe(transport);
      await bench.publish(transport, 'a');
      await bench.arrived(taken, 'a');
      await bench.sure(transport.publish(bench.envelope(), bench.limits({ delayMs: 60_000 })));
      await bench.sure(transport.stop());
      assert.equal(bench.harness.open?.() ?? 0, 0, 'the stop has left something open');
    },
  },
  {
    name: 'a stop without a start is fine, and a start after it opens nothing, whether it says so or not',
    run: async (bench) => {
      const transport = bench.create();
      const taken = bench.take(transport, bench.events());
      await bench.sure(transport.stop());
      await bench.sure(taken.consumption.ready);
      await bench.sure(transport.start()).catch((error: unknown) => assert.equal(codeOf(error), 'STOPPED'));
      assert.equal(transport.state, 'stopped');
      await bench.settle();
      assert.equal(bench.harness.open?.() ?? 0, 0);
    },
  },
];
