import { KeelsonError } from '../../src/core';
import { type Assembly } from '../../src/service/assembly';
import { startSteps, stopSteps } from '../../src/service/steps';

let told: string[];

/** An assembly whose parts only say that they were called. */
function assemblyOf(
  more: {
    cut?: number;
    left?: number;
    failures?: unknown[];
    started?: Assembly['started'];
    required?: boolean;
    gracePeriodMs?: number;
    registryStart?: (signal?: AbortSignal) => Promise<void>;
  } = {},
) {
  const tell =
    <T>(what: string, result?: T) =>
    (): T => {
      told.push(what);
      return result as T;
    };
  return {
    config: {
      loadRemote: tell('loadRemote', Promise.resolve()),
      get: (key: string) => {
        if (key === 'shutdown')
          return { timeoutMs: 25_000, drainDelayMs: 5_000, gracePeriodMs: more.gracePeriodMs ?? null };
        return key === 'discovery.required' ? (more.required ?? false) : null;
      },
    },
    registry: {
      kind: 'memory',
      start: more.registryStart ?? tell('registry.start', Promise.resolve()),
      stop: tell('registry.stop', Promise.resolve()),
    },
    membership: {
      join: (where: object) => told.push(`membership.join ${JSON.stringify(where)}`),
      leave: tell('membership.leave', Promise.resolve()),
    },
    clients: { close: tell('clients.close', Promise.resolve()) },
    messaging: {
      start: tell('messaging.start', Promise.resolve()),
      join: tell('messaging.join'),
      finish: tell('messaging.finish', Promise.resolve()),
      stop: tell('messaging.stop', Promise.resolve()),
    },
    telemetry: {
      logging: {
        start: tell('logging.start', Promise.resolve()),
        close: tell('logging.close', Promise.resolve()),
        logger: {
          info: (message: string, fields?: object) => told.push(`log ${message} ${JSON.stringify(fields)}`),
          warn: (message: string) => told.push(`warn ${message}`),
        },
      },
      metrics: { start: tell('metrics.start'), stop: tell('metrics.stop') },
      tracing: { start: tell('tracing.start'), stop: tell('tracing.stop', Promise.resolve()) },
    },
    health: {
      start: tell('health.start'),
      stop: tell('health.stop'),
      setStarted: tell('health.setStarted'),
      setReadiness: (...args: unknown[]) => told.push(`health.setReadiness ${args.join()}`),
    },
    http: {
      listen: tell('http.listen', Promise.resolve({ port: 80, managementPort: undefined })),
      open: tell('http.open'),
      close: tell('http.close', Promise.resolve(more.cut ?? 0)),
      closeManagement: tell('http.closeManagement', Promise.resolve()),
    },
    components: {
      start: tell('components.start', Promise.resolve()),
      stop: tell('components.stop', Promise.resolve(more.failures ?? [])),
    },
    background: { drain: tell('background.drain', Promise.resolve(more.left ?? 0)) },
    started: more.started ?? {},
  } as unknown as Assembly;
}

const { signal } = new AbortController();
const limits = { work: signal, all: signal, turn: () => signal };

beforeEach(() => {
  told = [];
});

test('the order of the start', async () => {
  const assembly = assemblyOf();
  const steps = startSteps(assembly);
  expect(steps.map(({ name }) => name)).toEqual([
    'read remote configuration',
    'start telemetry',
    'look around',
    'bind',
    'ask the registry',
    'connect to the broker',
    'start components',
    'start health checks',
    'become ready',
    'join the registry',
    'take messages',
  ]);
  for (const step of steps) await step.run(signal);
  expect(told).toEqual([
    'loadRemote',
    ...['logging.start', 'metrics.start', 'tracing.start'],
    'http.listen',
    'registry.start',
    'messaging.start',
    'components.start',
    'health.start',
    ...['http.open', 'health.setStarted', 'health.setReadiness ACCEPTING_TRAFFIC,lifecycle', 'log ready {"port":80}'],
    'membership.join {"port":80}',
    'messaging.join',
  ]);
  expect(assembly.started.addresses).toEqual({ port: 80, managementPort: undefined });
  expect(Date.parse(assembly.started.at as string)).toBeLessThanOrEqual(Date.now());
});

test('the order of the stop', async () => {
  const steps = stopSteps(assemblyOf({ started: { at: 'today' } }));
  expect(steps.map(({ name }) => name)).toEqual([
    'leave the registry',
    'finish requests',
    'finish messages',
    'finish background work',
    'stop health checks',
    'stop components',
    'leave the broker',
    'close the connections of clients',
    'stop asking the registry',
    'close the management port',
    'hand over spans',
    'stop metrics',
    'hand over the log',
  ]);
  for (const step of steps) await step.run(limits);
  expect(told).toEqual([
    ...['membership.leave', 'http.close', 'messaging.finish', 'background.drain', 'health.stop', 'components.stop'],
    ...['messaging.stop', 'clients.close', 'registry.stop', 'http.closeManagement'],
    ...['tracing.stop', 'metrics.stop', 'log stopped undefined', 'logging.close'],
  ]);
});

test('a grace period that is too short is told of before anything is opened', async () => {
  for (const step of startSteps(assemblyOf({ gracePeriodMs: 10_000 })).slice(1, 4)) await step.run(signal);
  expect(told.slice(-2)).toEqual([expect.stringMatching(/^warn The orchestrator will kill/), 'http.listen']);
});

describe('a registry that does not answer', () => {
  const never = (): Promise<void> => new Promise(() => undefined);
  const ask = async (assembly: Assembly): Promise<void> =>
    startSteps(assembly)
      .find(({ name }) => name === 'ask the registry')
      ?.run(signal);

  test('does not hold up the start', async () => {
    await expect(ask(assemblyOf({ registryStart: never }))).resolves.toBeUndefined();
  });

  test('fails it where it is required', async () => {
    const timeout = jest.spyOn(AbortSignal, 'timeout').mockImplementation(() => AbortSignal.abort());
    const untilAborted = (given?: AbortSignal): Promise<void> =>
      given?.aborted === true ? Promise.resolve() : never();
    const assembly = assemblyOf({ registryStart: untilAborted, required: true });
    await expect(ask(assembly)).rejects.toThrow('The registry (memory) has not answered within 10000 ms');
    timeout.mockRestore();
  });

  test('that answers in time starts the service', async () => {
    await expect(ask(assemblyOf({ required: true }))).resolves.toBeUndefined();
  });
});

test('with Eureka, a drain that is too short for callers to learn of is told of', async () => {
  const warned: unknown[] = [];
  const assembly = assemblyOf({ started: { addresses: { port: 80, managementPort: undefined } } });
  const settings: Record<string, unknown> = { 'eureka.fetchIntervalMs': 30_000, shutdown: { drainDelayMs: 5_000 } };
  Object.assign(assembly.config, { get: (key: string) => settings[key] ?? null });
  Object.assign(assembly.telemetry.logging.logger, {
    warn: (_message: string, fields: unknown) => warned.push(fields),
  });
  const join = async (): Promise<void> =>
    startSteps(assembly)
      .find(({ name }) => name === 'join the registry')
      ?.run(signal);
  await join();
  expect(warned).toEqual([]);
  Object.assign(assembly.registry as object, { kind: 'eureka' });
  await join();
  expect(warned).toEqual([{ drainDelayMs: 5_000, neededMs: 60_000 }]);
  settings['shutdown'] = { drainDelayMs: 60_000 };
  await join();
  expect(warned).toHaveLength(1);
});

test('a service that never bound its port does not say that it stopped', async () => {
  await stopSteps(assemblyOf()).at(-1)?.run(limits);
  expect(told).toEqual(['logging.close']);
});

async function failureOf(name: string, assembly: Assembly): Promise<unknown> {
  const step = stopSteps(assembly).find((one) => one.name === name);
  try {
    await step?.run(limits);
  } catch (error) {
    return error;
  }
  return undefined;
}

test('what was cut is a failure that says how much', async () => {
  expect(await failureOf('finish requests', assemblyOf({ cut: 3 }))).toMatchObject({
    code: 'TIMEOUT',
    message: 'Requests that were cut because the time was up: 3.',
  });
  expect(await failureOf('finish background work', assemblyOf({ left: 2 }))).toMatchObject({
    code: 'TIMEOUT',
    message: 'Background work that did not end in time: 2.',
  });
});

test('components that failed to stop are all told', async () => {
  const failures = ['a', 'b'].map((name) => new KeelsonError('STOPPED', `${name} failed`, { retryable: false }));
  expect(await failureOf('stop components', assemblyOf({ failures }))).toMatchObject({
    message: 'a failed; b failed',
    errors: failures,
  });
});
