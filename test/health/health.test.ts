import { isKeelsonError } from '../../src/core';
import { createHealth, type HealthChange, type HealthOptions } from '../../src/health';
import { FakeClock, settle } from '../support/fake-clock';
import { recordingLogger, recordingMeter } from './recorders';

function setUp(options: HealthOptions = {}) {
  const clock = new FakeClock();
  const logger = recordingLogger();
  const meter = recordingMeter();
  const health = createHealth({ clock, logger, meter, ...options });
  const changes: string[] = [];
  health.onChange(({ group, from, to }) => changes.push(`${group} ${from}>${to}`));
  const ready = (): void => {
    health.setStarted();
    health.setReadiness('ACCEPTING_TRAFFIC', 'lifecycle');
  };
  return { clock, logger, meter, health, changes, ready };
}

const forever = (): Promise<never> => new Promise<never>(() => undefined);

test('the probes in each state of the lifecycle', () => {
  const { health, ready } = setUp();
  const probes = (): boolean[] => (['liveness', 'readiness', 'startup'] as const).map((name) => health.probe(name).up);
  expect(probes()).toEqual([true, false, false]);
  ready();
  expect(probes()).toEqual([true, true, true]);
  health.setReadiness('REFUSING_TRAFFIC', 'lifecycle');
  expect(probes()).toEqual([true, false, true]);
  health.setLiveness('BROKEN');
  expect(probes()).toEqual([false, false, true]);
});

test('a service that refuses traffic itself is not overruled by its lifecycle', () => {
  const { health, ready } = setUp();
  health.setReadiness('REFUSING_TRAFFIC');
  ready();
  expect(health.probe('readiness')).toEqual({ up: false, status: 'OUT_OF_SERVICE' });
  health.setReadiness('ACCEPTING_TRAFFIC');
  expect(health.probe('readiness')).toEqual({ up: true, status: 'UP' });
});

test('constructing and adding checks runs nothing and sets no timer', async () => {
  const { clock, health } = setUp();
  const run = jest.fn();
  health.check('db', run);
  await clock.advance(60_000);
  expect(run).not.toHaveBeenCalled();
  expect(clock.timers).toBe(0);
});

test('a check without a group counts in the whole only', async () => {
  const { health, ready } = setUp();
  health.check('db', () => Promise.reject(new Error('refused')));
  health.start();
  ready();
  await settle();
  expect(health.summary()).toEqual({ status: 'DOWN' });
  expect(health.probe('health').up).toBe(false);
  for (const probe of ['liveness', 'readiness', 'startup'] as const) expect(health.probe(probe).up).toBe(true);
  health.stop();
});

test('a readiness check that is DOWN makes readiness 503 and leaves liveness and the state alone', async () => {
  const { health, ready } = setUp();
  health.check('db', () => ({ status: 'DOWN' }), { group: 'readiness' });
  health.start();
  ready();
  await settle();
  expect(health.probe('readiness')).toEqual({ up: false, status: 'DOWN' });
  expect(health.probe('liveness').up).toBe(true);
  expect(health.state.readiness).toBe('ACCEPTING_TRAFFIC');
  health.stop();
});

test('readiness refuses until each of its checks has a first result, at most until its time limit', async () => {
  const { clock, health, ready, changes } = setUp();
  let finish: (() => void) | undefined;
  health.check('db', () => new Promise<void>((resolve) => (finish = resolve)), { group: ['readiness', 'startup'] });
  health.start();
  ready();
  await settle();
  expect(health.probe('readiness').status).toBe('OUT_OF_SERVICE');
  expect(health.probe('startup').up).toBe(false);
  finish?.();
  await settle();
  expect(health.probe('readiness').up).toBe(true);
  expect(health.probe('startup').up).toBe(true);
  expect(changes).toContain('readiness OUT_OF_SERVICE>UP');

  const hanging = setUp();
  hanging.health.check('db', forever, { group: 'readiness', timeoutMs: 300 });
  hanging.health.start();
  await hanging.clock.advance(300);
  expect(hanging.health.probe('readiness').status).toBe('DOWN');
  health.stop();
  hanging.health.stop();
  expect(clock.timers + hanging.clock.timers).toBe(0);
});

test('the startup probe stays complete though its check fails later', async () => {
  const { clock, health, ready } = setUp();
  let migrated = true;
  health.check('migrations', () => ({ status: migrated ? 'UP' : 'DOWN' }), { group: 'startup', failures: 1 });
  health.start();
  ready();
  await settle();
  migrated = false;
  await clock.advance(5000);
  expect(health.report('startup').components.migrations?.status).toBe('DOWN');
  expect(health.probe('startup').up).toBe(true);
  health.stop();
});

test('one check that hangs, one that throws and one that answers garbage do not hide the others', async () => {
  const { clock, health, ready } = setUp();
  health.check('hangs', forever);
  health.check('throws', () => {
    throw new Error('boom');
  });
  health.check('garbage', () => null as unknown as undefined);
  health.check('well', () => ({ details: { version: 16 } }));
  health.start();
  ready();
  await clock.advance(1000);
  const { status, components } = health.report();
  expect(status).toBe('DOWN');
  expect(components).toMatchObject({
    hangs: { status: 'DOWN', error: 'timed out after 1000 ms' },
    throws: { status: 'DOWN', error: 'boom' },
    garbage: { status: 'DOWN', error: 'answered with null instead of a result { status, details }' },
    well: { status: 'UP', details: { version: 16 }, durationMs: 0, checkedAt: '2023-11-14T22:13:20.000Z' },
  });
  health.stop();
});

test('a thousand probes a second cost no run of a check', async () => {
  const { clock, health } = setUp();
  const run = jest.fn();
  health.check('db', run, { group: 'readiness' });
  health.start();
  for (let second = 0; second < 10; second += 1) {
    await clock.advance(1000);
    for (let probe = 0; probe < 1000; probe += 1) {
      health.probe('readiness');
      health.report();
    }
  }
  expect(run.mock.calls.length).toBeLessThanOrEqual(3);
  health.stop();
});

test('a probe gives the same object until something changes', () => {
  const { health } = setUp();
  expect(health.probe('readiness')).toBe(health.probe('readiness'));
});

test('the report has the states first and names the groups', async () => {
  const { health, ready } = setUp();
  health.check('db', () => undefined, { group: ['readiness', 'deep'] });
  health.start();
  ready();
  await settle();
  expect(Object.keys(health.report().components)).toEqual(['livenessState', 'readinessState', 'db']);
  expect(health.report().groups).toEqual(['liveness', 'readiness', 'startup', 'deep']);
  expect(Object.keys(health.report('readiness').components)).toEqual(['readinessState', 'db']);
  expect(health.report('readiness').groups).toBeUndefined();
  expect(Object.keys(health.report('deep')?.components ?? {})).toEqual(['db']);
  expect(health.summary('deep')).toEqual({ status: 'UP' });
  health.stop();
});

test('what is no group is not answered for, not even a name of a prototype', () => {
  const { health } = setUp();
  for (const name of ['deep', '', 'constructor', '__proto__']) {
    expect(health.probe(name)).toBeUndefined();
    expect(health.report(name)).toBeUndefined();
    expect(health.summary(name)).toBeUndefined();
  }
});

test('a name is given once, and again after its check was removed', async () => {
  const { health, meter } = setUp();
  const remove = health.check('db', () => undefined, { group: 'deep' });
  expect(() => health.check('db', () => undefined)).toThrow('There is a health check "db" already');
  try {
    health.check('db', () => undefined);
  } catch (error) {
    expect(isKeelsonError(error, 'CONFIG_INVALID')).toBe(true);
  }
  health.start();
  await settle();
  remove();
  expect(health.probe('deep')).toBeUndefined();
  expect(meter.status.get('db')).toBe(1);
  health.check('db', () => ({ status: 'DOWN' }));
  remove();
  expect(health.report().components.db).toBeDefined();
  expect(() => health.check('a b', () => undefined)).toThrow('A health check is named');
  health.stop();
});

test('removing a check aborts its run, stops its timers and makes its groups well again', async () => {
  const { clock, health, ready } = setUp();
  let signal: AbortSignal | undefined;
  const run = (given: AbortSignal): Promise<never> => {
    signal = given;
    return forever();
  };
  const remove = health.check('db', run, { group: 'readiness' });
  health.start();
  ready();
  expect(health.probe('readiness').up).toBe(false);
  remove();
  expect(signal?.aborted).toBe(true);
  expect(health.probe('readiness').up).toBe(true);
  expect(clock.timers).toBe(0);
  await clock.advance(10_000);
  expect(health.report().components.db).toBeUndefined();
});

test('a check added after start runs at once', async () => {
  const { health } = setUp();
  health.start();
  health.start();
  health.check('db', () => undefined);
  await settle();
  expect(health.report().components.db?.status).toBe('UP');
  health.stop();
});

test('runs of many checks are spread over the interval', async () => {
  const { clock, health } = setUp();
  const at: number[] = [];
  const begin = clock.now();
  for (let index = 0; index < 20; index += 1) health.check(`c${index}`, () => void at.push(clock.now() - begin));
  health.start();
  await settle();
  expect(at).toEqual(Array(20).fill(0));
  at.length = 0;
  await clock.advance(5000);
  expect(at).toHaveLength(20);
  expect(new Set(at.map((ms) => Math.round(ms))).size).toBe(20);
  expect(Math.min(...at)).toBeGreaterThanOrEqual(2500);
  health.stop();
});

test('stop leaves no timer and no run, keeps what is known, and is for good', async () => {
  const { clock, health } = setUp();
  const run = jest.fn();
  let signal: AbortSignal | undefined;
  health.check('db', run);
  health.check('slow', (given) => {
    signal = given;
    return forever();
  });
  health.start();
  await clock.advance(100);
  health.stop();
  health.stop();
  expect(clock.timers).toBe(0);
  expect(signal?.aborted).toBe(true);
  health.check('later', run);
  await clock.advance(60_000);
  expect(run).toHaveBeenCalledTimes(1);
  expect(health.report().components.db?.status).toBe('UP');
  let caught: unknown;
  try {
    health.start();
  } catch (error) {
    caught = error;
  }
  expect(isKeelsonError(caught, 'STOPPED')).toBe(true);
});

test('listeners hear each change of a group once, with what is answered now', async () => {
  const { clock, health, changes, ready } = setUp();
  let status: 'UP' | 'DOWN' = 'UP';
  health.check('db', () => ({ status }), { group: 'readiness', failures: 1 });
  health.start();
  await settle();
  ready();
  changes.length = 0;
  status = 'DOWN';
  await clock.advance(20_000);
  status = 'UP';
  await clock.advance(20_000);
  expect(changes).toEqual(['readiness UP>DOWN', 'health UP>DOWN', 'readiness DOWN>UP', 'health DOWN>UP']);
  health.stop();
});

test('a listener can be taken away, and one that throws does not keep others from hearing', () => {
  const { health, logger } = setUp();
  const heard: HealthChange[] = [];
  const error = new Error('listener');
  health.onChange(() => {
    throw error;
  });
  const remove = health.onChange((change) => heard.push(change));
  health.setLiveness('BROKEN');
  expect(heard).toEqual([
    { group: 'liveness', from: 'UP', to: 'DOWN', up: false },
    { group: 'health', from: 'OUT_OF_SERVICE', to: 'DOWN', up: false },
  ]);
  expect(logger.lines[0]).toMatchObject({ level: 'error', fields: { err: error, group: 'liveness' } });
  remove();
  health.setLiveness('CORRECT');
  expect(heard).toHaveLength(2);
});

test('a listener that causes a change does not disturb the order in which others hear', () => {
  const health = createHealth();
  const heard: string[] = [];
  health.onChange(({ group, to }) => {
    if (group === 'liveness' && to === 'DOWN') health.setLiveness('CORRECT');
  });
  health.onChange(({ group, to }) => {
    if (group === 'liveness') heard.push(to);
  });
  health.setLiveness('BROKEN');
  expect(heard).toEqual(['DOWN', 'UP']);
});

test('metrics: status by check, duration of each run in seconds', async () => {
  const { clock, health, meter } = setUp();
  health.check('db', () => undefined);
  health.check('slow', forever);
  health.start();
  expect(meter.status.size).toBe(0);
  await clock.advance(1000);
  expect(Object.fromEntries(meter.status)).toEqual({ db: 1, slow: 0 });
  expect(meter.seconds).toEqual([
    ['db', 0],
    ['slow', 1],
  ]);
  health.stop();
});

test('defaults are for all checks, a check’s own options win', async () => {
  const { clock, health } = setUp({ defaults: { timeoutMs: 50, intervalMs: 200 } });
  health.check('one', forever);
  health.check('two', forever, { timeoutMs: 80 });
  health.start();
  await clock.advance(100);
  expect(health.report().components.one?.error).toBe('timed out after 50 ms');
  expect(health.report().components.two?.error).toBe('timed out after 80 ms');
  health.stop();
  expect(() => createHealth({ defaults: { timeoutMs: 0 } })).toThrow('timeoutMs');
});

test('details and errors are masked, by what was handed in too', async () => {
  const { health } = setUp({
    redact: (told) => (typeof told === 'string' ? 'masked' : { ...(told as object), mail: 'x' }),
  });
  health.check('db', () => ({ details: { password: 'hunter2', mail: 'a@b', port: 1 } }));
  health.check('mq', () => Promise.reject(new Error('of a@b')));
  health.start();
  await settle();
  const { db, mq } = health.report().components;
  expect(db?.details).toMatchObject({ mail: 'x', port: 1 });
  expect(JSON.stringify(db)).not.toContain('hunter2');
  expect(mq?.error).toBe('masked');
  health.stop();
});

test('two in one process know nothing of each other', () => {
  const [one, two] = [createHealth(), createHealth()];
  one.check('db', () => undefined);
  two.check('db', () => undefined);
  one.setLiveness('BROKEN');
  expect(two.state.liveness).toBe('CORRECT');
});

test('by the machine’s own time a check runs too', async () => {
  const health = createHealth();
  await new Promise<void>((resolve) => {
    health.check('db', () => resolve());
    health.start();
  });
  await settle();
  expect(health.report().components.db?.status).toBe('UP');
  health.stop();
});
