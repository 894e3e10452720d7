import { deadlineOf, held, sizeOf } from '../../../src/messaging/memory/held';
import { FakeClock } from '../../support/fake-clock';
import { envelope } from './parcels';

test('a size counts the body and the headers', () => {
  const bare = sizeOf(envelope({ body: Buffer.alloc(0) }));
  expect(bare).toBeGreaterThan(0);
  expect(sizeOf(envelope({ body: Buffer.alloc(1000), headers: { abc: '1234567' } }))).toBe(bare + 1010);
});

test('a deadline is kept by the clock that does not jump', () => {
  const clock = new FakeClock();
  expect(deadlineOf(envelope(), clock)).toBe(Infinity);
  clock.jumpWall(3_600_000);
  expect(deadlineOf(envelope({ deadline: clock.wall() + 500 }), clock)).toBe(clock.now() + 500);
});

test('a message comes into a queue as one that was never delivered', () => {
  expect(held(envelope(), 5, Infinity)).toMatchObject({ bytes: 5, redeliveries: 0, answer: undefined });
});
