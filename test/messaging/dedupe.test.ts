import { memoryDedupe } from '../../src/messaging';
import { claimId, patient } from '../../src/messaging/dedupe';
import { FakeClock } from '../support/fake-clock';
import { envelopeOf } from './support/scripted-transport';

describe('in memory', () => {
  test('an id is claimed once, until it is free again', async () => {
    const store = memoryDedupe({ clock: new FakeClock() });
    expect([store.claim('a', 10), store.claim('a', 10), store.claim('b', 10)]).toEqual(['claimed', 'busy', 'claimed']);
    await store.release('a');
    expect(store.claim('a', 10)).toBe('claimed');
  });

  test('a lease ends by itself', async () => {
    const clock = new FakeClock();
    const store = memoryDedupe({ clock });
    void store.claim('a', 10);
    await clock.advance(9);
    expect(store.claim('a', 10)).toBe('busy');
    await clock.advance(1);
    expect(store.claim('a', 10)).toBe('claimed');
  });

  test('what was handled is remembered for the window', async () => {
    const clock = new FakeClock();
    const store = memoryDedupe({ clock, windowMs: 1_000 });
    void store.claim('a', 10);
    await store.done('a');
    await clock.advance(999);
    expect(store.claim('a', 10)).toBe('done');
    await clock.advance(1);
    expect(store.claim('a', 10)).toBe('claimed');
  });

  test('done again is remembered from then on', async () => {
    const clock = new FakeClock();
    const store = memoryDedupe({ clock, windowMs: 1_000, maxEntries: 2 });
    await store.done('a');
    await store.done('b');
    await clock.advance(600);
    await store.done('a');
    await store.done('c');
    expect([store.claim('b', 1), store.claim('a', 1)]).toEqual(['claimed', 'done']);
    await clock.advance(600);
    expect(store.claim('a', 1)).toBe('done');
  });

  test('the oldest are forgotten where there are too many', async () => {
    const store = memoryDedupe({ clock: new FakeClock(), maxEntries: 3 });
    for (const id of 'abcde') await store.done(id);
    expect([...'abcde'].map((id) => store.claim(id, 1))).toEqual(['claimed', 'claimed', 'done', 'done', 'done']);
  });

  test.each([{ windowMs: 0 }, { windowMs: NaN }, { maxEntries: 0 }, { maxEntries: 1.5 }])('refuses %p', (options) => {
    expect(() => memoryDedupe(options)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });

  test('works by the machine’s own time, too', () => {
    expect(memoryDedupe().claim('a', 1_000)).toBe('claimed');
  });
});

test('an id is one of its source only', () => {
  const [one, two] = [envelopeOf({ id: '1', source: 'a' }), envelopeOf({ id: '1', source: 'b' })];
  expect(claimId('order.placed/billing/', one)).toBe('order.placed/billing/a/1');
  expect(claimId('x', one)).not.toBe(claimId('x', two));
});

describe('a store that takes its time', () => {
  test('is waited for, but not without end', async () => {
    const clock = new FakeClock();
    const never = new Promise<never>(() => undefined);
    const store = patient({ claim: () => never, done: () => never, release: () => never }, clock);
    const waits = [store.claim('a', 1), store.done('a'), store.release('a')].map((answer) =>
      expect(answer).rejects.toMatchObject({ code: 'TIMEOUT' }),
    );
    await clock.advance(10_000);
    await Promise.all(waits);
    expect(clock.timers).toBe(0);
  });

  test('what it says counts, and what it says at once makes no promise', async () => {
    const clock = new FakeClock();
    const slow = patient(
      {
        claim: () => Promise.resolve('busy'),
        done: () => Promise.reject(new Error('away')),
        release: () => undefined,
      },
      clock,
    );
    expect(await slow.claim('a', 1)).toBe('busy');
    await expect(slow.done('a')).rejects.toThrow('away');
    expect([slow.release('a'), clock.timers]).toEqual([undefined, 0]);
    expect(patient(memoryDedupe({ clock }), clock).claim('a', 1)).toBe('claimed');
  });
});
