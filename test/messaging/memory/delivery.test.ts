import { Delays } from '../../../src/messaging/memory/delays';
import { MemoryDelivery } from '../../../src/messaging/memory/delivery';
import { held } from '../../../src/messaging/memory/held';
import { MemoryQueue } from '../../../src/messaging/memory/queue';
import { type Reply } from '../../../src/messaging';
import { FakeClock } from '../../support/fake-clock';
import { envelope } from './parcels';

const note = { reason: 'failed', code: 'E', message: '', stack: undefined, attempts: 5 } as const;

function make(answer?: (reply: Reply) => void): { delivery: MemoryDelivery; queue: MemoryQueue; letGo: string[] } {
  const clock = new FakeClock();
  const tools = { clock, delays: new Delays(clock), limits: { length: 1, bytes: 1e6 }, wake: () => undefined };
  const queue = new MemoryQueue('q', false, tools);
  const one = held(envelope(), 1, Infinity, answer);
  queue.push(one);
  const inHand = new Set<unknown>();
  const letGo: string[] = [];
  const hand = { settle: (of: unknown) => inHand.delete(of), letGo: (name: string) => void letGo.push(name) };
  let delivery: MemoryDelivery | undefined;
  queue.join({
    takes: true,
    laden: false,
    busy: true,
    take: (taken) => void inHand.add((delivery = new MemoryDelivery(taken, queue, hand))),
  });
  queue.handOut(1);
  return { delivery: delivery as unknown as MemoryDelivery, queue, letGo };
}

test('a second ack does nothing', () => {
  const { delivery, queue } = make();
  expect(queue.unacked).toBe(1);
  delivery.ack();
  delivery.ack();
  expect(queue.unacked).toBe(0);
});

test('who has it hears of dead letters that had to go', async () => {
  const { delivery, letGo } = make();
  await delivery.bury(note);
  expect(letGo).toEqual([]);
  await delivery.bury(note);
  expect(letGo).toEqual(['q']);
});

test('a command is answered, and neither postponed nor buried', async () => {
  const replies: Reply[] = [];
  const { delivery, queue } = make((reply) => replies.push(reply));
  await expect(delivery.postpone(1, 2)).rejects.toThrow('a command is answered, it is not postponed');
  await expect(delivery.bury(note)).rejects.toThrow('a command is answered, it is not buried');
  expect([queue.delayed, queue.dead.length]).toEqual([0, 0]);
  const reply = { ok: true, body: Buffer.from('x') };
  delivery.reply(reply);
  expect(replies).toEqual([reply]);
});

test('a reply to an event goes nowhere', () => {
  const { delivery } = make();
  expect(() => delivery.reply({ ok: true, body: Buffer.alloc(0) })).not.toThrow();
});
