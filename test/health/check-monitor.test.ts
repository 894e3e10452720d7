import { currentScope, isKeelsonError, runInScope } from '../../src/core';
import { CheckMonitor } from '../../src/health/check-monitor';
import { type CheckOptions, healthDefaults, resolveCheck } from '../../src/health/options';
import { plainDetails } from '../../src/health/plain-details';
import { FakeClock, settle } from '../support/fake-clock';
import { recordingLogger } from './recorders';

type Run = (signal: AbortSignal) => unknown;

function setUp(run: Run, options: CheckOptions = {}) {
  const clock = new FakeClock();
  const logger = recordingLogger();
  const told: string[] = [];
  const statuses: boolean[] = [];
  const took: number[] = [];
  const calls = { started: 0, running: 0, most: 0 };
  const fn = async (signal: AbortSignal): Promise<undefined> => {
    calls.started += 1;
    calls.running += 1;
    calls.most = Math.max(calls.most, calls.running);
    try {
      return (await run(signal)) as undefined;
    } finally {
      calls.running -= 1;
    }
  };
  const monitor = new CheckMonitor(resolveCheck('db', fn, options, healthDefaults), {
    clock,
    logger,
    series: { is: (up) => statuses.push(up), took: (ms) => took.push(ms), gone: () => undefined },
    plain: plainDetails((told) => told),
    changed: (changed) => told.push(changed.component.status),
  });
  return { clock, logger, told, statuses, took, calls, monitor };
}

const forever = (): Promise<never> => new Promise<never>(() => undefined);

test('constructing runs nothing; the first run is at once, the next by phase, then every interval', async () => {
  const { clock, calls, monitor } = setUp(() => undefined);
  await clock.advance(20_000);
  expect(calls.started).toBe(0);
  expect(clock.timers).toBe(0);
  expect(monitor.pending).toBe(true);
  expect(monitor.component).toEqual({ status: 'UNKNOWN' });
  monitor.start(0.5);
  monitor.start(0.5);
  expect(calls.started).toBe(1);
  await clock.advance(2499);
  expect(calls.started).toBe(1);
  await clock.advance(1);
  expect(calls.started).toBe(2);
  await clock.advance(10_000);
  expect(calls.started).toBe(4);
  expect(monitor.component).toMatchObject({ status: 'UP', durationMs: 0 });
});

test('a check that was never up is DOWN with its first failure', async () => {
  const { monitor, told, logger } = setUp(() => {
    throw new Error('refused');
  });
  monitor.start(1);
  await settle();
  expect(monitor.component).toMatchObject({ status: 'DOWN', error: 'refused', failures: 1 });
  expect(told).toEqual(['DOWN']);
  expect(logger.lines).toHaveLength(1);
});

test('afterwards only that many failures in a row turn it DOWN, and one success restores it', async () => {
  let failing = false;
  const { clock, monitor, told, logger, statuses } = setUp(() => {
    if (failing) throw new Error('refused');
    return { details: { version: 16 } };
  });
  monitor.start(1);
  await settle();
  failing = true;
  await clock.advance(10_000);
  expect(monitor.component).toMatchObject({
    status: 'UP',
    details: { version: 16 },
    error: 'refused',
    failures: 2,
  });
  failing = false;
  await clock.advance(5000);
  expect(monitor.component.failures).toBeUndefined();
  failing = true;
  await clock.advance(10_000);
  expect(monitor.component.status).toBe('UP');
  await clock.advance(5000);
  expect(monitor.component).toMatchObject({ status: 'DOWN', failures: 3 });
  expect(monitor.component.details).toBeUndefined();
  failing = false;
  await clock.advance(5000);
  expect(monitor.component.status).toBe('UP');
  expect(told).toEqual(['UP', 'DOWN', 'UP']);
  expect(statuses).toEqual([true, false, true]);
  expect(logger.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
    'warn health check is down',
    'info health check is restored',
  ]);
});

test('a line is written per transition, not per run; it has the error, the report only its message', async () => {
  const error = new Error('refused');
  const { clock, monitor, logger } = setUp(() => Promise.reject(error), { group: 'readiness' });
  monitor.start(1);
  await clock.advance(100_000);
  expect(logger.lines).toEqual([
    {
      level: 'warn',
      message: 'health check is down',
      fields: { check: 'db', status: 'DOWN', groups: ['readiness'], reason: 'refused', err: error },
    },
  ]);
  expect(JSON.stringify(monitor.component)).not.toContain('check-monitor.test');
});

test('a check that hangs is DOWN at its time limit, its signal aborts, and it is never run twice at the same time', async () => {
  let signal: AbortSignal | undefined;
  const { clock, monitor, calls, took } = setUp((given) => {
    signal = given;
    return forever();
  });
  monitor.start(1);
  await clock.advance(999);
  expect(monitor.pending).toBe(true);
  expect(signal?.aborted).toBe(false);
  await clock.advance(1);
  expect(monitor.component).toMatchObject({ status: 'DOWN', error: 'timed out after 1000 ms', durationMs: 1000 });
  expect(isKeelsonError(signal?.reason, 'TIMEOUT')).toBe(true);
  await clock.advance(60_000);
  expect(monitor.component).toMatchObject({
    status: 'DOWN',
    error: 'timed out after 1000 ms and still runs after 60000 ms',
    failures: 13,
  });
  expect(calls).toMatchObject({ started: 1, most: 1 });
  expect(took).toEqual([1000]);
  expect(clock.timers).toBe(1);
});

test('a check that was up and begins to hang turns DOWN after the threshold, though no further run begins', async () => {
  let hanging = false;
  const { clock, monitor, calls } = setUp(() => (hanging ? forever() : undefined));
  monitor.start(1);
  await settle();
  hanging = true;
  await clock.advance(6000);
  expect(monitor.component).toMatchObject({ status: 'UP', failures: 1, error: 'timed out after 1000 ms' });
  await clock.advance(4000);
  expect(monitor.component).toMatchObject({ status: 'UP', failures: 2 });
  await clock.advance(5000);
  expect(monitor.component).toMatchObject({ status: 'DOWN', failures: 3 });
  expect(calls.started).toBe(2);
});

test('a result that comes too late is not counted; the next turn runs the check again', async () => {
  let finish: ((value?: unknown) => void) | undefined;
  let hanging = true;
  const { clock, monitor, calls } = setUp(() => (hanging ? new Promise((resolve) => (finish = resolve)) : undefined));
  monitor.start(1);
  await clock.advance(3000);
  finish?.({ status: 'UP' });
  hanging = false;
  await clock.advance(1999);
  expect(monitor.component).toMatchObject({ status: 'DOWN', failures: 1 });
  expect(calls.started).toBe(1);
  await clock.advance(1);
  expect(calls.started).toBe(2);
  expect(monitor.component.status).toBe('UP');
});

test('a late rejection is nobody’s unhandled rejection', async () => {
  let fail: ((error: Error) => void) | undefined;
  const { clock, monitor } = setUp(() => new Promise((_, reject) => (fail = reject)));
  monitor.start(1);
  await clock.advance(1000);
  fail?.(new Error('late'));
  await settle();
  expect(monitor.component.error).toBe('timed out after 1000 ms');
});

test('a run within its limit but longer than the interval is left alone', async () => {
  let finish: (() => void) | undefined;
  const options = { intervalMs: 100, timeoutMs: 1000 };
  const { clock, monitor, calls } = setUp(() => new Promise<void>((resolve) => (finish = resolve)), options);
  monitor.start(1);
  await clock.advance(550);
  expect(monitor.pending).toBe(true);
  finish?.();
  await settle();
  expect(monitor.component).toMatchObject({ status: 'UP', durationMs: 550 });
  expect(calls).toMatchObject({ started: 1, most: 1 });
  await clock.advance(50);
  expect(calls.started).toBe(2);
});

test('OUT_OF_SERVICE and UNKNOWN are said on purpose: they count at once', async () => {
  let status = 'UP';
  const { clock, monitor, told, logger, statuses } = setUp(() => ({ status }));
  monitor.start(1);
  await settle();
  status = 'OUT_OF_SERVICE';
  await clock.advance(5000);
  status = 'UNKNOWN';
  await clock.advance(5000);
  expect(told).toEqual(['UP', 'OUT_OF_SERVICE', 'UNKNOWN']);
  expect(statuses).toEqual([true, false, true]);
  expect(logger.lines.map(({ level }) => level)).toEqual(['warn', 'info']);
  expect(logger.lines[0]?.fields.reason).toBe('answered OUT_OF_SERVICE');
});

test('a check that answers DOWN keeps its details', async () => {
  const { monitor } = setUp(() => ({ status: 'DOWN', details: { queue: 7 } }));
  monitor.start(1);
  await settle();
  expect(monitor.component).toMatchObject({ status: 'DOWN', details: { queue: 7 }, failures: 1 });
  expect(monitor.component.error).toBeUndefined();
});

test('an answer with a hostile then is DOWN', async () => {
  const thenable = {
    get then(): unknown {
      throw new Error('no then');
    },
  };
  const { monitor } = setUp(() => thenable);
  monitor.start(1);
  await settle();
  expect(monitor.component).toMatchObject({ status: 'DOWN', error: 'no then' });
});

test('stop cancels every timer, aborts the run and forgets its result', async () => {
  let signal: AbortSignal | undefined;
  let finish: (() => void) | undefined;
  const { clock, monitor, told, calls } = setUp((given) => {
    signal = given;
    return new Promise<void>((resolve) => (finish = resolve));
  });
  monitor.start(1);
  monitor.stop();
  monitor.stop();
  expect(isKeelsonError(signal?.reason, 'STOPPED')).toBe(true);
  expect(clock.timers).toBe(0);
  finish?.();
  await clock.advance(60_000);
  expect(told).toEqual([]);
  expect(monitor.pending).toBe(true);
  monitor.start(1);
  await clock.advance(60_000);
  expect(calls.started).toBe(1);
});

test('stopped after a run hung: no timer is left', async () => {
  const { clock, monitor } = setUp(forever);
  monitor.start(1);
  await clock.advance(7000);
  monitor.stop();
  expect(clock.timers).toBe(0);
});

test('runs are outside any request, also when one started them', async () => {
  const scopes: unknown[] = [];
  const { clock, monitor } = setUp(() => void scopes.push(currentScope()));
  runInScope({ work: undefined, trace: undefined, telemetry: undefined }, () => monitor.start(1));
  await clock.advance(5000);
  expect(scopes).toEqual([undefined, undefined]);
});

test('a jump of the machine’s clock changes nothing but the timestamp', async () => {
  const { clock, monitor, calls } = setUp(() => undefined);
  monitor.start(1);
  await settle();
  clock.jumpWall(-86_400_000);
  await clock.advance(5000);
  expect(calls.started).toBe(2);
  expect(monitor.component).toMatchObject({
    status: 'UP',
    durationMs: 0,
    checkedAt: new Date(clock.wall()).toISOString(),
  });
});
