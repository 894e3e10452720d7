import { Load } from '../../../src/discovery/balance/load';

/** Attempts one after the other, each as long as given, `gapMs` apart. */
function after(latencies: number[], gapMs = 0): { load: Load; now: number } {
  const load = new Load(0, 0);
  let now = 0;
  for (const ms of latencies) {
    load.begin(now);
    load.end((now += ms), ms, false, false);
    now += gapMs;
  }
  return { load, now };
}

test('one that nothing is known of is cold', () => {
  expect(new Load(0, 0).latency).toBeUndefined();
});

test('it rises at once and falls slowly', () => {
  expect(after([10, 200]).load.latency).toBe(200);
  expect(after([10, 200, 10]).load.latency).toBeGreaterThan(190);
  expect(after([200, 10, 10], 2000).load.latency).toBeLessThan(60);
});

test('what is forgotten is cold, but for what is in flight', () => {
  const { load, now } = after([10, 200]);
  load.begin(now);
  load.forget();
  expect([load.latency, load.inFlight, load.pending(now + 50)]).toEqual([undefined, 1, 50]);
});

test('attempts that hang count before they have ended', () => {
  const { load, now } = after([10]);
  load.begin(now);
  load.begin(now + 100);
  expect(load.inFlight).toBe(2);
  expect(load.pending(now + 200)).toBe(150);
  load.end(now + 200, 200, false, false);
  expect(load.pending(now + 200)).toBe(100);
  load.end(now + 200, 100, false, false);
  expect([load.inFlight, load.pending(now + 999)]).toEqual([0, 0]);
});

test('one that fails at once does not look fast, and worse each time', () => {
  const load = new Load(0, 0);
  const costs = Array.from({ length: 8 }, (_, i) => {
    load.begin(i);
    load.end(i + 1, 1, true, false);
    return load.latency;
  });
  expect(costs).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
});

test('what was given up counts only if it had taken longer than others', () => {
  const { load, now } = after([50]);
  load.begin(now);
  load.end(now + 5, 5, false, true);
  expect(load.latency).toBe(50);
  load.begin(now + 5);
  load.end(now + 505, 500, false, true);
  expect(load.latency).toBe(500);
});

test('an end too many leaves nothing below 0', () => {
  const load = new Load(0, 0);
  load.end(5, 5, false, false);
  load.begin(5);
  expect(load.inFlight).toBe(1);
});

test.each([[NaN], [-5], [Infinity]])('an attempt that took %s is no reason to forget how to count', (ms) => {
  const load = new Load(0, 0);
  load.begin(0);
  load.begin(0);
  load.end(10, ms, false, false);
  expect([load.latency, load.inFlight]).toEqual([0, 1]);
  expect(load.pending(100)).toBeGreaterThanOrEqual(0);
  load.end(10, 10, false, false);
  expect(load.latency).toBe(10);
});
