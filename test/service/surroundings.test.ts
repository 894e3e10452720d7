import { createService } from '../../src/service';
import { contradictions, surroundingsOf, type Surroundings } from '../../src/service/surroundings';
import { captureLog } from '../support/captured-log';

const mebi = 1024 ** 2;
const sound: Surroundings = {
  shutdown: { timeoutMs: 25_000, drainDelayMs: 5_000, gracePeriodMs: 30_000 },
  heapLimitBytes: 400 * mebi,
  memoryBytes: 640 * mebi,
  cpus: undefined,
};
const levels = (more: Partial<Surroundings>): string[] =>
  contradictions({ ...sound, ...more }).map(({ level, message }) => `${level} ${message.split(/[:,]/)[0]}`);
const withGrace = (gracePeriodMs: number | null): string[] =>
  levels({ shutdown: { ...sound.shutdown, gracePeriodMs } });

test('nothing is said where all fits, or where nobody knows', () => {
  expect(levels({})).toEqual([]);
  expect(levels({ memoryBytes: undefined, cpus: 1 })).toEqual([]);
  expect(withGrace(null)).toEqual([]);
});

test('a grace period that is shorter than the stop', () => {
  const warned = ['warn The orchestrator will kill this process before its stop is over'];
  expect(withGrace(25_999)).toEqual(warned);
  expect(withGrace(26_000)).toEqual([]);
  expect(withGrace(1)).toEqual(warned);
});

test('a drain that is cut short', () => {
  const shutdown = { timeoutMs: 5_000, drainDelayMs: 3_001, gracePeriodMs: 30_000 };
  const [found] = contradictions({ ...sound, shutdown });
  expect(found).toMatchObject({ level: 'warn', fields: { drainDelayMs: 3_001, timeoutMs: 5_000, drainMs: 3_000 } });
  expect(levels({ shutdown: { ...shutdown, drainDelayMs: 3_000 } })).toEqual([]);
});

test('a heap that is larger than the container', () => {
  expect(levels({ memoryBytes: 399 * mebi })).toEqual(['warn The heap may grow larger than the container may']);
  expect(levels({ memoryBytes: 400 * mebi })).toEqual([]);
});

test('less than one processor is told, but is no fault of the service', () => {
  expect(levels({ cpus: 0.5 })).toEqual(['info The container has a CPU limit below one processor']);
});

test('all of it at once', () => {
  const shutdown = { timeoutMs: 25_000, drainDelayMs: 60_000, gracePeriodMs: 10_000 };
  expect(levels({ shutdown, memoryBytes: mebi, cpus: 0.1 })).toHaveLength(4);
});

test('a service says it when it starts', async () => {
  const log = captureLog();
  const service = createService({
    name: 'short',
    version: '1',
    settings: { http: { port: 0, host: '127.0.0.1' }, shutdown: { gracePeriodMs: 2_000, signals: false } },
  });
  try {
    expect(surroundingsOf(service.config).shutdown.gracePeriodMs).toBe(2_000);
    expect(surroundingsOf(service.config).heapLimitBytes).toBeGreaterThan(mebi);
    await service.start();
    await service.stop();
    expect(log.lines.filter(({ level }) => level === 'warn')).toEqual([
      expect.objectContaining({ gracePeriodMs: 2_000, timeoutMs: 25_000, neededMs: 26_000 }),
    ]);
  } finally {
    log.restore();
  }
});
