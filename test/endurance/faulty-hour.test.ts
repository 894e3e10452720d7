import { endChildren } from './support/child';
import { faultyTime } from './support/faulty-time';
import { numberFrom } from './support/report';

afterAll(endChildren);

/** FAULTY_MINUTES makes it shorter or longer. */
test('an hour at half of the peak with a fault every minute', async () => {
  const minutes = numberFrom('FAULTY_MINUTES', 60);
  const faulty = await faultyTime('faulty hour', {
    minutes,
    everyMs: 60_000,
    holdMs: 20_000,
    sampleMs: 10_000,
    seed: numberFrom('SEED', Date.now() % 1_000_000),
  });
  const { tally } = faulty;
  expect({ failed: tally.failed, examples: tally.examples }).toEqual({ failed: 0, examples: [] });
  expect({ injected: faulty.injected, broken: faulty.broken }).toEqual({ injected: minutes, broken: [] });
  expect({ unexpected: faulty.unexpected, stderr: faulty.stderr }).toEqual({ unexpected: [], stderr: '' });
  expect(faulty.exit).toBe(0);
  expect(faulty.slope).toBeLessThanOrEqual(2 ** 20);
  // The rate was held, or the figures say nothing.
  expect(tally.skipped).toBeLessThan(tally.sent / 100);
});
