import assert from 'node:assert/strict';
import { type Delivery } from '../messaging';
import { type TransportCase } from './transport-bench';

/** Replies with what it was asked with. */
function echo(delivery: Delivery): void {
  delivery.reply({ ok: true, body: delivery.envelope.body });
  delivery.ack();
}

/** How long senders wait that are answered, in ms. */
const patienceMs = 30_000;

/** Commands and their replies. */
export const requestCases: readonly TransportCase[] = [
  {
    name: 'a command comes as it was sent, and its reply as it was given',
    run: async (bench) => {
      const [sender, transport] = [await bench.started(), await bench.started()];
      const body = Buffer.from([0, 255, 10, 13]);
      const taken = await bench.handle(transport, (delivery) => {
        delivery.reply({ ok: true, body });
        delivery.ack();
      });
      const order = bench.order(patienceMs, { headers: { 'x-a': '1' } });
      const reply = await bench.sure(sender.request(order, bench.limits()));
      assert.equal(reply.ok, true);
      assert.deepEqual(Buffer.from(reply.body), body);
      const came = taken.deliveries[0]?.envelope;
      assert.deepEqual({ ...came, headers: { ...came?.headers } }, order);
      await bench.arrived(taken, order.id);
    },
  },
  {
    name: 'a reply that is not good arrives as one',
    run: async (bench) => {
      const transport = await bench.started();
      await bench.handle(transport, (delivery) => {
        delivery.reply({ ok: false, body: Buffer.from('{"code":"SOLD_OUT"}') });
        delivery.ack();
      });
      const reply = await bench.sure(transport.request(bench.order(patienceMs), bench.limits()));
      assert.deepEqual([reply.ok, Buffer.from(reply.body).toString()], [false, '{"code":"SOLD_OUT"}']);
    },
  },
  {
    name: 'each sender gets its own reply, in whatever order they are given',
    run: async (bench) => {
      const transport = await bench.started();
      const taken = await bench.handle(transport, () => undefined, 50);
      const bodies = Array.from({ length: 20 }, (_, i) => Buffer.from(`${i}`));
      const waiting = bodies.map((body) =>
        bench.kept(transport.request(bench.order(patienceMs, { body }), bench.limits())),
      );
      await bench.eventually('all have come', () => taken.deliveries.length === 20);
      for (const delivery of [...taken.deliveries].reverse()) echo(delivery);
      const replies = await bench.sure(Promise.all(waiting));
      assert.deepEqual(
        replies.map(({ body }) => Buffer.from(body).toString()),
        bodies.map(String),
      );
    },
  },
  {
    name: 'handlers share the commands',
    run: async (bench) => {
      const sender = await bench.started();
      const here = await bench.handle(await bench.started(), echo);
      const there = await bench.handle(await bench.started(), echo);
      for (let i = 0; i < 8; i++) await bench.sure(sender.request(bench.order(patienceMs), bench.limits()));
      assert.equal(here.deliveries.length + there.deliveries.length, 8);
      assert.ok(here.deliveries.length > 0 && there.deliveries.length > 0, 'one handler got all');
    },
  },
  {
    name: 'a command that nobody has ever handled is refused',
    run: async (bench) => {
      const transport = await bench.started();
      await bench.refused(transport.request(bench.order(patienceMs), bench.limits()), 'PUBLISH_UNROUTABLE');
      await bench.handle(transport, echo);
      assert.equal((await bench.sure(transport.request(bench.order(patienceMs), bench.limits()))).ok, true);
    },
  },
  {
    name: 'a command that was not answered goes to another handler when its own has gone',
    run: async (bench, traits) => {
      const sender = await bench.started();
      const silent = await bench.handle(await bench.started());
      const waiting = bench.kept(sender.request(bench.order(patienceMs), bench.limits()));
      await bench.eventually('it has come', () => silent.deliveries.length === 1);
      const other = await bench.handle(await bench.started(), echo);
      await silent.end();
      assert.equal((await bench.sure(waiting)).ok, true);
      assert.equal(other.deliveries[0]?.redeliveries, traits.countsRedeliveries ? 1 : undefined);
    },
  },
  {
    name: 'a command that nobody took in its time is not handled, and its sender told so',
    run: async (bench) => {
      const [sender, transport] = [await bench.started(), await bench.started()];
      await (await bench.handle(transport)).end();
      const timeoutMs = 300;
      const waiting = bench.kept(sender.request(bench.order(timeoutMs), bench.limits({ timeoutMs })));
      await bench.settle();
      await bench.harness.pass(timeoutMs + 200);
      assert.equal((await bench.refused(waiting, 'TIMEOUT'))['outcome'], 'unknown');
      await bench.arrived(await bench.handle(transport, echo));
    },
  },
  {
    name: 'who is not answered in time is told that the outcome is unknown, and the late reply goes nowhere',
    run: async (bench) => {
      const [sender, transport] = [await bench.started(), await bench.started()];
      const taken = await bench.handle(transport);
      const timeoutMs = 1_000;
      const waiting = bench.kept(sender.request(bench.order(timeoutMs), bench.limits({ timeoutMs })));
      await bench.eventually('it has come', () => taken.deliveries.length === 1);
      await bench.harness.pass(timeoutMs + 200);
      assert.equal((await bench.refused(waiting, 'TIMEOUT'))['outcome'], 'unknown');
      echo(taken.deliveries[0] as Delivery);
      const next = bench.kept(sender.request(bench.order(patienceMs, { body: Buffer.from('next') }), bench.limits()));
      await bench.eventually('the next has come', () => taken.deliveries.length === 2);
      echo(taken.deliveries[1] as Delivery);
      assert.equal(Buffer.from((await bench.sure(next)).body).toString(), 'next');
    },
  },
  {
    name: 'who gives up is told so at once, and what was sent may be handled',
    run: async (bench) => {
      const [sender, transport] = [await bench.started(), await bench.started()];
      const taken = await bench.handle(transport);
      const controller = new AbortController();
      const { signal } = controller;
      const waiting = bench.kept(sender.request(bench.order(patienceMs), bench.limits({ signal })));
      await bench.eventually('it has come', () => taken.deliveries.length === 1);
      controller.abort();
      assert.equal((await bench.refused(waiting, 'ABORTED'))['outcome'], 'unknown');
      echo(taken.deliveries[0] as Delivery);
      await taken.end();
    },
  },
  {
    name: 'a reply to who is gone hurts nobody',
    run: async (bench) => {
      const [gone, transport] = [await bench.started(), await bench.started()];
      const taken = await bench.handle(transport);
      const waiting = bench.kept(gone.request(bench.order(patienceMs), bench.limits()));
      await bench.eventually('it has come', () => taken.deliveries.length === 1);
      await bench.sure(gone.stop(AbortSignal.abort()));
      assert.equal((await bench.refused(waiting, 'STOPPED'))['outcome'], 'unknown');
      echo(taken.deliveries[0] as Delivery);
      const sender = await bench.started();
      const next = bench.kept(sender.request(bench.order(patienceMs), bench.limits()));
      await bench.eventually('the next has come', () => taken.deliveries.length === 2);
      echo(taken.deliveries[1] as Delivery);
      assert.equal((await bench.sure(next)).ok, true);
    },
  },
];
