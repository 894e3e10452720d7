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
    const store = memoryDedupe({ clock, windowMs: 1_000 });
    await store.done('a');
    await clock.advance(600);
    await store.done('a');
    await clock.advance(999);
    expect(store.claim('a', 1)).toBe('done');
    await clock.advance(1);
    expect(store.claim('a', 1)).toBe('claimed');
  });

  test('at least as many as are asked for are remembered, and at most twice as many', async () => {
    const store = memoryDedupe({ clock: new FakeClock(), maxEntries: 3 });
    for (const id of 'abcdefgh') await store.done(id);
    const known = [...'fghabcde'].map((id) => store.claim(id, 1));
    expect(known.slice(0, 3)).toEqual(['done', 'done', 'done']);
    expect(known.filter((claim) => claim === 'done').length).toBeLessThanOrEqual(6);
    expect(store.claim('a', 1)).not.toBe('done');
  });

  test('what is being handled is not forgotten for others, however many they are', async () => {
    const clock = new FakeClock();
    const store = memoryDedupe({ clock, windowMs: 1_000, maxEntries: 2 });
    void store.claim('long', 10_000);
    for (let i = 0; i < 50; i++) await store.done(`other ${i}`);
    expect(store.claim('long', 1)).toBe('busy');
    for (let i = 0; i < 5; i++) {
      await clock.advance(1_000);
      await store.done(`later ${i}`);
    }
    expect(store.claim('long', 1)).toBe('busy');
    await store.done('long');
    for (const id of ['x', 'y']) await store.done(id);
    expect(store.claim('long', 1)).toBe('done');
    await store.release('long');
    expect(store.claim('long', 1)).toBe('claimed');
  });

  test('tens of thousands are told apart', async () => {
    const store = memoryDedupe({ clock: new FakeClock() });
    const ids = Array.from({ length: 40_000 }, (_, i) => `order.placed/billing/shop/${i}`);
    for (const [i, id] of ids.entries()) if (i % 2 === 0) await store.done(id);
    const wrong = ids.filter((id, i) => store.claim(id, 1) !== (i % 2 === 0 ? 'done' : 'claimed'));
    expect(wrong).toEqual([]);
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
