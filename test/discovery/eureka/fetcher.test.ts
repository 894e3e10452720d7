import { KeelsonError } from '../../../src/core';
import { Fetcher } from '../../../src/discovery/eureka/fetcher';
import { FakeClock, settle } from '../../support/fake-clock';
import { RecordingLogger, RecordingMeter } from '../../support/recording';

function make(fetch: () => Promise<void>): {
  fetcher: Fetcher;
  clock: FakeClock;
  log: RecordingLogger;
  meter: RecordingMeter;
} {
  const [clock, log, meter] = [new FakeClock(), new RecordingLogger(), new RecordingMeter()];
  return { fetcher: new Fetcher({ fetch, intervalMs: 30_000, clock, random: () => 1, log, meter }), clock, log, meter };
}

test('one fetch at a time: the next is due an interval after the last one ended', async () => {
  let running = 0;
  let most = 0;
  let begun = 0;
  const ends: (() => void)[] = [];
  const { fetcher, clock } = make(async () => {
    begun += 1;
    most = Math.max(most, ++running);
    await new Promise<void>((resolve) => ends.push(resolve));
    running -= 1;
  });
  fetcher.begin();
  await clock.advance(300_000);
  expect(begun).toBe(1);
  ends[0]?.();
  await clock.advance(29_999);
  expect(begun).toBe(1);
  await clock.advance(1);
  expect([begun, most]).toEqual([2, 1]);
  fetcher.end();
  ends[1]?.();
  await settle();
  expect(clock.timers).toBe(0);
});

test('each outcome is counted, the first failure and the recovery are logged', async () => {
  const results = [undefined, 'TIMEOUT', 'HTTP_STATUS', 'PAYLOAD_INVALID', 'PAYLOAD_TOO_LARGE', undefined];
  const { fetcher, clock, log, meter } = make(async () => {
    const code = results.shift();
    if (code !== undefined) throw new KeelsonError(code, `it was ${code}`, { retryable: true });
  });
  fetcher.begin();
  await clock.advance(30_000 + 1000 + 2000 + 4000);
  expect(fetcher.details()).toEqual({
    fetches: { ok: 1, error: 2, invalid: 2 },
    lastError: 'it was PAYLOAD_TOO_LARGE',
  });
  await clock.advance(8000);
  expect(fetcher.details()).toEqual({ fetches: { ok: 2, error: 2, invalid: 2 } });
  expect(log.lines.map(({ level, message }) => [level, message])).toEqual([
    ['warn', 'the registry could not be fetched: what is known stays in use; trying again'],
    ['info', 'the registry answers again'],
  ]);
  expect(meter.counted.map(({ name, labels }) => [name, labels])).toEqual(
    ['ok', 'error', 'error', 'invalid', 'invalid', 'ok'].map((outcome) => [
      'keelson_discovery_fetches_total',
      { outcome },
    ]),
  );
  fetcher.end();
  expect(clock.timers).toBe(0);
});

test('what fails because of the end is not counted, and nothing begins after it', async () => {
  let fail = (_: Error): void => undefined;
  let begun = 0;
  const { fetcher, clock, log } = make(() => {
    begun += 1;
    return new Promise((_, reject) => (fail = reject));
  });
  fetcher.begin();
  fetcher.end();
  fail(new Error('closed'));
  await clock.advance(100_000);
  fetcher.begin();
  expect(begun).toBe(1);
  expect(fetcher.details()).toEqual({ fetches: { ok: 0, error: 0, invalid: 0 } });
  expect(log.lines).toEqual([]);
});
