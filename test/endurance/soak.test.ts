import { endChildren } from './support/child';
import { numberFrom } from './support/report';
import { soak } from './support/soak';

afterAll(endChildren);

/** SOAK_MINUTES makes it shorter or longer. */
test('ten minutes of sound, malformed and rude requests leave nothing behind', async () => {
  const minutes = numberFrom('SOAK_MINUTES', 10);
  const soaked = await soak('soak', { minutes, parts: 10, seed: numberFrom('SEED', Date.now() % 1_000_000) });
  const { tally, heapAfterWarmUp, heapAtEnd } = soaked;
  expect({ wrong: tally.wrong, examples: tally.examples }).toEqual({ wrong: 0, examples: [] });
  expect({ unexpected: soaked.unexpected, stderr: soaked.stderr }).toEqual({ unexpected: [], stderr: '' });
  expect(soaked.resourcesAfter).toEqual(soaked.resourcesBefore);
  expect(heapAtEnd / heapAfterWarmUp).toBeLessThanOrEqual(1.05);
  expect({ exit: soaked.exit, broken: soaked.told.broken }).toEqual({ exit: 0, broken: 0 });
});
