import { endChildren } from '../endurance/support/child';
import { numberFrom } from '../endurance/support/report';
import { soak } from '../endurance/support/soak';

afterAll(endChildren);

/** `npm run test:endurance` has the long one. */
test('a minute of sound, malformed and rude requests leaves nothing behind', async () => {
  const seed = numberFrom('SEED', Date.now() % 1_000_000);
  const soaked = await soak('one-minute soak', { minutes: 1, parts: 5, seed });
  const { tally, heapAfterWarmUp, heapAtEnd } = soaked;
  expect({ wrong: tally.wrong, examples: tally.examples }).toEqual({ wrong: 0, examples: [] });
  expect({ unexpected: soaked.unexpected, stderr: soaked.stderr }).toEqual({ unexpected: [], stderr: '' });
  expect(soaked.resourcesAfter).toEqual(soaked.resourcesBefore);
  // Twelve seconds of warm-up are not all of it: the engine goes on compiling, which costs up to a megabyte once.
  expect(heapAtEnd - heapAfterWarmUp).toBeLessThan(Math.max(0.05 * heapAfterWarmUp, 1.5 * 2 ** 20));
  expect({ exit: soaked.exit, broken: soaked.told.broken }).toEqual({ exit: 0, broken: 0 });
  expect(tally.sent).toBeGreaterThan(1_000);
}, 180_000);
