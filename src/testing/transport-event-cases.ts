import assert from 'node:assert/strict';
import { type TransportCase } from './transport-bench';

/** Names that ordinary objects have anyway. */
const awkward = { constructor: '2', valueof: '3', 'has-own-property': '4' };
/** With one that not every library can carry: it may be lost, but must not become anything else. */
const hostile = JSON.parse('{"__proto__":"1","constructor":"2"}') as Record<string, string>;

function bytes(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, i) => i % 256));
}

/** What travels, and to whom. */
export const eventCases: readonly TransportCase[] = [
  {
    name: 'an event arrives as it was published',
    run: async (bench, traits) => {
      const transport = await bench.started();
      const taken = await bench.subscribe(transport);
      const headers = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'x-request-id': 'r-1' };
      const envelope = bench.envelope({ key: 'order-1', headers });
      await bench.sure(transport.publish(envelope, bench.limits()));
      await bench.arrived(taken, envelope.id);
      const [delivery] = taken.deliveries;
      assert.deepEqual({ ...delivery?.envelope, headers: { ...delivery?.envelope.headers } }, envelope);
      assert.equal(delivery?.malformed, undefined);
      assert.equal(delivery?.lost, false);
      assert.equal(delivery?.redeliveries, traits.countsRedeliveries ? 0 : undefined);
      taken.ackAll();
    },
  },
  {
    name: 'a body is bytes, of any kind and number',
    run: async (bench) => {
      const transport = await bench.started();
      const taken = await bench.subscribe(transport);
      const bodies = [Buffer.alloc(0), bytes(256), Buffer.from('{"ü":"€\\u0000"}'), bytes(300_000)];
      for (const [i, body] of bodies.entries()) {
        const contentType = i === 1 ? 'application/octet-stream' : 'application/json';
        await bench.sure(transport.publish(bench.envelope({ id: `${i}`, body, contentType }), bench.limits()));
      }
      await bench.arrived(taken, '0', '1', '2', '3');
      for (const [i, body] of bodies.entries()) {
        const came = taken.deliveries[i]?.envelope;
        assert.ok(came?.body.equals(body), `the body of message ${i} is not what was sent`);
        assert.equal(came?.contentType, i === 1 ? 'application/octet-stream' : 'application/json');
      }
      taken.ackAll();
    },
  },
  {
    name: '8 kB of headers arrive, and those with awkward names',
    run: async (bench) => {
      const transport = await bench.started();
      const taken = await bench.subscribe(transport);
      const many = Object.fromEntries(Array.from({ length: 80 }, (_, i) => [`name-${i}`, `${i}`.padEnd(45, 'ü')]));
      const long = { 'x-long': 'a'.repeat(8_000) };
      for (const [i, headers] of [many, long, awkward].entries()) {
        await bench.sure(transport.publish(bench.envelope({ id: `${i}`, headers }), bench.limits()));
      }
      await bench.arrived(taken, '0', '1', '2');
      for (const [i, headers] of [many, long, awkward].entries()) {
        assert.deepEqual(
          Object.entries(taken.deliveries[i]?.envelope.headers ?? {}).sort(),
          Object.entries(headers).sort(),
        );
      }
      taken.ackAll();
    },
  },
  {
    name: 'a header named __proto__ is a header or nothing',
    run: async (bench) => {
      const transport = await bench.started();
      const taken = await bench.subscribe(transport);
      await transport.publish(bench.envelope({ id: 'a', headers: hostile }), bench.limits());
      await bench.arrived(taken, 'a');
      const headers = taken.deliveries[0]?.envelope.headers ?? {};
      assert.ok(
        [Object.prototype, null].includes(Object.getPrototypeOf(headers) as object | null),
        'it has become a prototype',
      );
      const own = Object.getOwnPropertyDescriptor(headers, '__proto__')?.value as unknown;
      assert.ok(own === undefined || own === '1');
      assert.equal(headers['constructor'], '2');
      taken.ackAll();
    },
  },
  {
    name: 'events arrive in the order in which they were published, and not while they are',
    run: async (bench) => {
      const transport = await bench.started();
      const taken = await bench.subscribe(transport, { prefetch: 200 });
      const ids = Array.from({ length: 100 }, (_, i) => `${i}`);
      const publishing = ids.map((id) => bench.kept(transport.publish(bench.envelope({ id }), bench.limits())));
      assert.deepEqual(taken.ids(), [], 'delivered within publish');
      await bench.sure(Promise.all(publishing));
      await bench.arrived(taken, ...ids);
      taken.ackAll();
    },
  },
  {
    name: 'each group gets every event',
    run: async (bench) => {
      const [publisher, transport] = [await bench.started(), await bench.started()];
      const billing = await bench.subscribe(transport);
      const shipping = await bench.subscribe(transport, { group: 'shipping' });
      await bench.publish(publisher, 'a', 'b');
      await bench.arrived(billing, 'a', 'b');
      await bench.arrived(shipping, 'a', 'b');
      billing.ackAll();
      shipping.ackAll();
    },
  },
  {
    name: 'the members of a group share the events',
    run: async (bench) => {
      const publisher = await bench.started();
      const here = await bench.subscribe(await bench.started());
      const there = await bench.subscribe(await bench.started());
      const ids = Array.from({ length: 16 }, (_, i) => `${i}`);
      await bench.publish(publisher, ...ids);
      await bench.eventually('all have come', () => here.ids().length + there.ids().length >= ids.length);
      await bench.settle();
      assert.deepEqual([...here.ids(), ...there.ids()].sort(), [...ids].sort());
      assert.ok(here.ids().length > 0 && there.ids().length > 0, 'one member got all');
      here.ackAll();
      there.ackAll();
    },
  },
  {
    name: 'an event of another name does not come',
    run: async (bench) => {
      const transport = await bench.started();
      const taken = await bench.subscribe(transport);
      const other = await bench.subscribe(transport, { name: `${bench.event}.other` });
      await bench.sure(
        transport.publish(bench.envelope({ id: 'other', type: `${bench.event}.other` }), bench.limits()),
      );
      await bench.publish(transport, 'own');
      await bench.arrived(other, 'other');
      await bench.arrived(taken, 'own');
      taken.ackAll();
      other.ackAll();
    },
  },
  {
    name: 'an event that nobody has ever subscribed to is refused, and others go on',
    run: async (bench) => {
      const transport = await bench.started();
      const taken = await bench.subscribe(transport);
      const stray = bench.envelope({ type: `${bench.event}.stray` });
      const refused = bench.kept(transport.publish(stray, bench.limits()));
      await bench.publish(transport, 'a');
      await bench.refused(refused, 'PUBLISH_UNROUTABLE');
      await bench.arrived(taken, 'a');
      taken.ackAll();
    },
  },
  {
    name: 'a group whose consumers have gone keeps its events',
    run: async (bench) => {
      const transport = await bench.started();
      await (await bench.subscribe(transport)).end();
      await bench.publish(transport, 'a', 'b');
      const taken = await bench.subscribe(await bench.started());
      await bench.arrived(taken, 'a', 'b');
      taken.ackAll();
    },
  },
];
