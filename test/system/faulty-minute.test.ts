import { endChildren } from '../endurance/support/child';
import { faultyTime } from '../endurance/support/faulty-time';
import { numberFrom } from '../endurance/support/report';

afterAll(endChildren);

/** Limits that strike within a fault of 2.5 s. */
const quick = {
  HTTP_HEADERS_TIMEOUT_MS: '1000',
  HEALTH_INTERVAL_MS: '200',
  HEALTH_TIMEOUT_MS: '200',
  OTEL_BSP_SCHEDULE_DELAY: '500',
  OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
};

/** `npm run test:endurance` has the long one: an hour, a fault every minute, default limits. */
test('a minute at half of the peak with a fault every five seconds', async () => {
  const faulty = await faultyTime('faulty minute', {
    minutes: 1,
    everyMs: 5_000,
    holdMs: 2_500,
    sampleMs: 500,
    seed: numberFrom('SEED', Date.now() % 1_000_000),
    env: quick,
  });
  const { tally } = faulty;
  expect({ failed: tally.failed, examples: tally.examples }).toEqual({ failed: 0, examples: [] });
  expect({ injected: faulty.injected, broken: faulty.broken }).toEqual({ injected: 12, broken: [] });
  expect({ unexpected: faulty.unexpected, stderr: faulty.stderr }).toEqual({ unexpected: [], stderr: '' });
  expect(faulty.exit).toBe(0);
  // A minute cannot show a slope: only what would be plain to see.
  expect(faulty.growth).toBeLessThan(30 * 2 ** 20);
  // The rate was held, or the figures say nothing.
  expect(tally.skipped).toBeLessThan(tally.sent / 10);
}, 240_000);
