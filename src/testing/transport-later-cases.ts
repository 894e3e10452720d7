import assert from 'node:assert/strict';
import { type DeathNote } from '../messaging';
import { type Taken, type TransportCase } from './transport-bench';

const note: DeathNote = {
  reason: 'failed',
  code: 'CARD_DECLINED',
  message: 'declined\nfor "good" – ü',
  stack: 'Error: declined\n    at charge',
  attempts: 5,
};

/** Long enough that a busy machine does not reach it by itself, in ms. */
const delayMs = 1_000;

/** Sees that the second that came has not come too early: a few ms are the rounding of clocks. */
function notTooEarly({ times }: Taken, begun: number): void {
  const took = (times[1] as number) - begun;
  assert.ok(took >= delayMs - 5, `it came after ${took} ms instead of ${delayMs}`);
}

/** What happens later, or not at all. */
export const laterCases: readonly TransportCase[] = [
  {
    name: 'a postponed event comes later, with its attempt, and otherwise as it was',
    run: async (bench) => {
      const transport = await bench.started();
      const taken = await bench.subscribe(transport, { delaysMs: [delayMs] });
      const envelope = bench.envelope({ key: 'k', headers: { 'x-a': '1' } });
      await bench.sure(transport.publish(envelope, bench.limits()));
      await bench.arrived(taken, envelope.id);
      const begun = bench.harness.wall();
      await bench.sure(taken.deliveries[0]?.postpone(delayMs, 2));
      taken.deliveries[0]?.ack();
      await bench.harness.pass(delayMs);
      await bench.arrived(taken, envelope.id, envelope.id);
      notTooEarly(taken, begun);
      const second = taken.deliveries[1]?.envelope;
      assert.deepEqual({ ...second, headers: { ...second?.headers } }, { ...envelope, attempt: 2 });
      assert.ok([0, undefined].includes(taken.deliveries[1]?.redeliveries), 'a copy has not been delivered before');
      taken.ackAll();
    },
  },
  {
    name: 'a postponed event does not hold up the others, and is its own group’s alone',
    run: async (bench) => {
      const transport = await bench.started();
      const taken = await bench.subscribe(transport, { delaysMs: [delayMs], prefetch: 1 });
      const other = await bench.subscribe(transport, { group: 'shipping' });
      await bench.publish(transport, 'a', 'b');
      await bench.arrived(taken, 'a');
      await bench.sure(taken.deliveries[0]?.postpone(delayMs, 2));
      taken.deliveries[0]?.ack();
      await bench.arrived(taken, 'a', 'b');
      taken.deliveries[1]?.ack();
      await bench.harness.pass(delayMs);
      await bench.arrived(taken, 'a', 'b', 'a');
      await bench.arrived(other, 'a', 'b');
      taken.deliveries[2]?.ack();
      other.ackAll();
    },
  },
  {
    name: 'a postponed event waits while nobody takes',
    run: async (bench) => {
      const transport = await bench.started();
      const taken = await bench.subscribe(transport, { delaysMs: [delayMs] });
      await bench.publish(transport, 'a');
      await bench.arrived(taken, 'a');
      await bench.sure(taken.deliveries[0]?.postpone(delayMs, 3));
      taken.deliveries[0]?.ack();
      await taken.end();
      await bench.harness.pass(delayMs);
      const again = await bench.subscribe(transport);
      await bench.arrived(again, 'a');
      assert.equal(again.deliveries[0]?.envelope.attempt, 3);
      again.ackAll();
    },
  },
  {
    name: 'a buried event is among the dead letters, once, with why',
    run: async (bench) => {
      const transport = await bench.started();
      const taken = await bench.subscribe(transport);
      const other = await bench.subscribe(transport, { group: 'shipping' });
      const envelope = bench.envelope({ headers: { 'x-a': '1' }, body: Buffer.from([0, 1, 254, 255]) });
      await bench.sure(transport.publish(envelope, bench.limits()));
      await bench.arrived(taken, envelope.id);
      await bench.sure(taken.deliveries[0]?.bury(note));
      taken.deliveries[0]?.ack();
      await bench.settle();
      const [letter, ...more] = await bench.harness.deadLetters(bench.event, 'billing');
      assert.deepEqual(more, []);
      assert.deepEqual([letter?.id, letter?.note], [envelope.id, note]);
      assert.deepEqual(Buffer.from(letter?.body ?? []), envelope.body);
      assert.equal(letter?.headers['x-a'], '1');
      assert.deepEqual(await bench.harness.deadLetters(bench.event, 'shipping'), []);
      await taken.end();
      await bench.arrived(await bench.subscribe(transport));
      await bench.arrived(other, envelope.id);
      other.ackAll();
    },
  },
  {
    name: 'an error without a stack is buried without one',
    run: async (bench) => {
      const transport = await bench.started();
      const taken = await bench.subscribe(transport);
      await bench.publish(transport, 'a', 'b');
      await bench.arrived(taken, 'a', 'b');
      const bare: DeathNote = { ...note, reason: 'malformed', stack: undefined, message: '', attempts: 0 };
      await bench.sure(taken.deliveries[0]?.bury(bare));
      await bench.sure(taken.deliveries[1]?.bury({ ...note, reason: 'delivery_limit' }));
      taken.ackAll();
      await bench.settle();
      const letters = await bench.harness.deadLetters(bench.event, 'billing');
      assert.deepEqual(
        letters.map((letter) => [letter.id, letter.note]),
        [
          ['a', bare],
          ['b', { ...note, reason: 'delivery_limit' }],
        ],
      );
    },
  },
  {
    name: 'an event that was not taken in its time is dropped, others are not',
    run: async (bench) => {
      const transport = await bench.started();
      await (await bench.subscribe(transport)).end();
      for (const [id, ttlMs] of [
        ['a', 200],
        ['b', undefined],
        ['c', 200],
        ['d', 600_000],
      ] as const) {
        await bench.sure(transport.publish(bench.envelope({ id }), bench.limits({ ttlMs })));
      }
      await bench.harness.pass(400);
      const taken = await bench.subscribe(transport);
      await bench.arrived(taken, 'b', 'd');
      taken.ackAll();
    },
  },
  {
    name: 'an event that was taken in its time stays in hand',
    run: async (bench) => {
      const transport = await bench.started();
      const taken = await bench.subscribe(transport);
      await bench.sure(transport.publish(bench.envelope({ id: 'a' }), bench.limits({ ttlMs: 2_000 })));
      await bench.arrived(taken, 'a');
      await bench.harness.pass(2_200);
      assert.equal(taken.deliveries[0]?.lost, false);
      taken.ackAll();
      await bench.arrived(taken, 'a');
    },
  },
  {
    name: 'a delayed event comes later, to each group, and those after it before it',
    run: async (bench) => {
      const transport = await bench.started();
      const taken = await bench.subscribe(transport);
      const other = await bench.subscribe(transport, { group: 'shipping' });
      const begun = bench.harness.wall();
      await bench.sure(transport.publish(bench.envelope({ id: 'late' }), bench.limits({ delayMs })));
      await bench.publish(transport, 'now');
      await bench.eventually('one has come', () => taken.ids().length > 0);
      assert.equal(taken.ids()[0], 'now');
      await bench.harness.pass(delayMs);
      await bench.arrived(taken, 'now', 'late');
      notTooEarly(taken, begun);
      await bench.arrived(other, 'now', 'late');
      assert.equal(taken.deliveries[1]?.envelope.attempt, 1);
      taken.ackAll();
      other.ackAll();
    },
  },
];
