import { Delays } from '../../../src/messaging/memory/delays';
import { held, type Held } from '../../../src/messaging/memory/held';
import { MemoryQueue, type Taker } from '../../../src/messaging/memory/queue';
import { FakeClock } from '../../support/fake-clock';
import { envelope } from './parcels';

/** Takes as many as it may. */
class TestTaker implements Taker {
  takes = true;
  readonly inHand: Held[] = [];
  constructor(readonly prefetch = 100) {}
  get laden(): boolean {
    return this.inHand.length >= this.prefetch;
  }
  get busy(): boolean {
    return this.inHand.length > 0;
  }
  take(one: Held): void {
    this.inHand.push(one);
  }
  get ids(): string[] {
    return this.inHand.map((one) => one.envelope.id);
  }
  settle(queue: MemoryQueue): void {
    for (const one of this.inHand.splice(0)) queue.settle(one);
  }
  leave(queue: MemoryQueue): void {
    this.takes = false;
    queue.leave(this, this.inHand.splice(0));
  }
}

const clock = new FakeClock();
let woken = 0;

function make(ordered = false, length = 1000, bytes = 1e9): { queue: MemoryQueue; push: (...ids: string[]) => void } {
  woken = 0;
  const delays = new Delays(clock);
  delays.open();
  const queue = new MemoryQueue('q', ordered, { clock, delays, limits: { length, bytes }, wake: () => (woken += 1) });
  const push = (...ids: string[]): void => ids.forEach((id) => queue.push(held(envelope({ id }), 10, Infinity)));
  return { queue, push };
}

test('nothing is handed out by itself: it asks to be called', () => {
  const { queue, push } = make();
  push('a');
  expect(woken).toBe(0);
  const taker = new TestTaker();
  queue.join(taker);
  expect(woken).toBe(1);
  push('b');
  expect([woken, taker.ids]).toEqual([2, []]);
  expect(queue.handOut(10)).toBe(false);
  expect(taker.ids).toEqual(['a', 'b']);
});

test('so many at a time, then it asks for more', () => {
  const { queue, push } = make();
  const taker = new TestTaker();
  queue.join(taker);
  push('a', 'b', 'c');
  expect([queue.handOut(2), taker.ids]).toEqual([true, ['a', 'b']]);
  expect([queue.handOut(2), taker.ids]).toEqual([false, ['a', 'b', 'c']]);
});

test('takers take turns; who is laden or has paused is passed over', () => {
  const { queue, push } = make();
  const takers = [new TestTaker(), new TestTaker(2), new TestTaker()];
  for (const taker of takers) queue.join(taker);
  push('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
  queue.handOut(100);
  expect(takers.map((taker) => taker.ids.length)).toEqual([3, 2, 3]);
  (takers[0] as TestTaker).takes = false;
  push('i', 'j');
  queue.handOut(100);
  expect(takers.map((taker) => taker.ids.length)).toEqual([3, 2, 5]);
});

test('what comes back from several goes where it was', () => {
  const { queue, push } = make();
  const [one, other] = [new TestTaker(), new TestTaker()];
  queue.join(one);
  queue.join(other);
  push('a', 'b', 'c', 'd');
  queue.handOut(100);
  push('e');
  one.leave(queue);
  other.leave(queue);
  expect([queue.ready, queue.unacked]).toEqual([5, 0]);
  const last = new TestTaker();
  queue.join(last);
  queue.handOut(100);
  expect(last.ids).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(last.inHand.map(({ redeliveries }) => redeliveries)).toEqual([1, 1, 1, 1, 0]);
});

test('ordered: the next begins when the one before has paused and has nothing in hand', () => {
  const { queue, push } = make(true);
  const [first, second] = [new TestTaker(1), new TestTaker()];
  queue.join(first);
  queue.join(second);
  push('a', 'b', 'c');
  queue.handOut(100);
  first.takes = false;
  queue.handOut(100);
  expect([first.ids, second.ids]).toEqual([['a'], []]);
  first.settle(queue);
  queue.handOut(100);
  expect([first.ids, second.ids]).toEqual([[], ['b', 'c']]);
  expect(woken).toBeGreaterThan(0);
});

test('what waits, is in hand or has its time to come counts against the limits', async () => {
  const { queue, push } = make(false, 3);
  const taker = new TestTaker(1);
  queue.join(taker);
  push('a', 'b');
  queue.handOut(100);
  const release = queue.reserve(10);
  expect([queue.ready, queue.unacked, queue.delayed, queue.hasRoom(1)]).toEqual([1, 1, 1, false]);
  release();
  expect([queue.delayed, queue.hasRoom(1)]).toEqual([0, true]);
  queue.postpone(envelope({ id: 'a', attempt: 2 }), 50);
  expect([queue.delayed, queue.hasRoom(1)]).toEqual([1, false]);
  taker.settle(queue);
  expect(queue.hasRoom(1)).toBe(true);
  await clock.advance(50);
  expect([queue.ready, queue.delayed]).toEqual([2, 0]);
});

test('bytes are limited as well, and what has expired makes room', async () => {
  const { queue } = make(false, 1000, 100);
  queue.push(held(envelope(), 60, clock.now() + 10));
  expect([queue.hasRoom(40), queue.hasRoom(41)]).toEqual([true, false]);
  await clock.advance(10);
  expect([queue.hasRoom(100), queue.ready]).toEqual([true, 0]);
});

test('what expires at the head is dropped, what expires behind it when it gets there, what is in hand stays', async () => {
  const { queue, push } = make();
  const taker = new TestTaker(1);
  const expiring = (id: string): void => queue.push(held(envelope({ id }), 10, clock.now() + 10));
  queue.join(taker);
  expiring('in hand');
  queue.handOut(1);
  expiring('b');
  push('c');
  expiring('d');
  await clock.advance(10);
  expect([queue.ready, queue.unacked]).toEqual([2, 1]);
  taker.settle(queue);
  queue.handOut(100);
  expect(taker.ids).toEqual(['c']);
  taker.settle(queue);
  queue.handOut(100);
  expect([taker.ids, queue.ready, queue.unacked]).toEqual([[], 0, 0]);
});

test('dead letters come back as new ones, while there is room; what cannot choose moves none', () => {
  const { queue } = make(false, 2);
  for (const id of ['a', 'b', 'c', 'd']) {
    const note = { reason: 'failed', code: 'E', message: '', stack: undefined, attempts: 5 } as const;
    queue.bury(envelope({ id, attempt: 5 }), note);
  }
  // Of four, two fit among the dead letters as well.
  expect(queue.dead.list().map((letter) => letter.envelope.id)).toEqual(['c', 'd']);
  expect(queue.dead.list()[0]?.time).toBe(new Date(clock.wall()).toISOString());
  expect(() =>
    queue.replay(() => {
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(queue.dead.list().map((letter) => letter.envelope.id)).toEqual(['c', 'd']);
  expect(queue.replay((letter) => letter.envelope.id === 'd')).toBe(1);
  queue.push(held(envelope({ id: 'x' }), 10, Infinity));
  expect([queue.replay(() => true), queue.dead.length]).toEqual([0, 1]);
  const taker = new TestTaker();
  queue.join(taker);
  queue.handOut(10);
  expect(taker.inHand.map(({ envelope: { id, attempt } }) => [id, attempt])).toEqual([
    ['d', 1],
    ['x', 1],
  ]);
});
