import { join } from 'node:path';
import { noopLogger } from '../../src/core';
import { reportIfUncaught } from '../../src/service/fatal-report';
import { discharge, enroll } from '../../src/service/process';
import { processRecord, type Running, type ShutDown } from '../../src/service/process-record';
import { ask } from '../support/ask';
import { eventually } from '../support/eventually';
import { settle } from '../support/fake-clock';
import { endPrograms, runProgram, type Program } from '../support/program';

const events = ['SIGTERM', 'SIGINT', 'uncaughtException', 'unhandledRejection'] as const;
const counts = (): number[] => events.map((event) => process.listenerCount(event));

/** The same signal within 100 ms is taken for the echo of the first, by the clock of a process that no test can set. */
const echoOver = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 150));

describe('in one process', () => {
  const exit = jest.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const none = counts();
  const one = none.map((count) => count + 1);
  let told: string[];

  interface Fake extends Running {
    readonly ends: (clean: boolean) => void;
    readonly asked: ShutDown[];
  }

  function service(name: string, inherits = true): Fake {
    let ends = (_clean: boolean): void => undefined;
    const stopped = new Promise<boolean>((resolve) => (ends = resolve));
    const asked: ShutDown[] = [];
    return {
      name,
      log: { ...noopLogger, error: (message) => void told.push(`${name} logs ${message}`) },
      shutDown: (how) => {
        asked.push(how);
        return stopped;
      },
      flushNow: () => void told.push(`${name} flushes`),
      inherit: () => {
        told.push(`${name} inherits`);
        return inherits;
      },
      asked,
      ends,
    };
  }

  beforeEach(() => {
    told = [];
  });

  afterEach(() => {
    const record = processRecord();
    record.exitCode = undefined;
    for (const left of [...record.services]) discharge(left);
    exit.mockClear();
    written.mockClear();
    expect(counts()).toEqual(none);
  });

  afterAll(() => {
    exit.mockRestore();
    written.mockRestore();
    process.removeAllListeners('uncaughtExceptionMonitor');
  });

  test('listeners are there while a guarded service runs, once', () => {
    const [a, b] = [service('a'), service('b')];
    enroll(a, true);
    enroll(b, true);
    enroll(a, true);
    expect(counts()).toEqual(one);
    discharge(a);
    expect(counts()).toEqual(one);
    discharge(b);
    discharge(b);
    expect(counts()).toEqual(none);
  });

  test('a service that is not guarded installs nothing', () => {
    enroll(service('a'), false);
    expect(counts()).toEqual(none);
    expect(processRecord().services.size).toBe(1);
  });

  test('what a process has once goes to the first that will still run', () => {
    const [a, b, c, d] = [service('a'), service('b', false), service('c'), service('d')];
    for (const each of [a, b, c, d]) enroll(each, false);
    discharge(a);
    expect(told).toEqual(['b inherits', 'c inherits']);
  });

  test.each([
    ['SIGTERM', true],
    ['SIGINT', false],
  ] as const)(
    '%s stops every service, those too that left it to others, and exits after the last',
    async (signal, drainDelay) => {
      const [a, b] = [service('a'), service('b')];
      enroll(a, true);
      enroll(b, false);
      process.emit(signal);
      expect([a.asked, b.asked]).toEqual([[{ reason: signal, drainDelay }], [{ reason: signal, drainDelay }]]);
      a.ends(true);
      discharge(a);
      await settle();
      expect(exit).not.toHaveBeenCalled();
      b.ends(true);
      await settle();
      expect(exit.mock.calls).toEqual([[0]]);
      expect(told).toEqual(['b inherits', 'a flushes', 'b flushes']);
    },
  );

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('a second signal, %s, exits at once, and stops nothing twice', (signal, code) => {
    const a = service('a');
    enroll(a, true);
    process.emit('SIGTERM');
    const later = performance.now() + 101;
    const now = jest.spyOn(performance, 'now').mockReturnValue(later);
    process.emit(signal);
    now.mockRestore();
    expect(exit.mock.calls).toEqual([[code]]);
    expect(a.asked).toHaveLength(1);
    expect(told).toEqual(['a flushes']);
  });

  test('the echo of a signal is not a second one', () => {
    const a = service('a');
    enroll(a, true);
    process.emit('SIGINT');
    process.emit('SIGINT');
    expect(exit).not.toHaveBeenCalled();
    expect(a.asked).toHaveLength(1);
  });

  test('a stop that was not clean exits 1', async () => {
    const a = service('a');
    enroll(a, true);
    process.emit('SIGTERM');
    a.ends(false);
    await settle();
    expect(exit.mock.calls).toEqual([[1]]);
  });

  test('no service starts on the way to the exit, and the listeners stay until then', () => {
    const a = service('a');
    enroll(a, true);
    process.emit('SIGTERM');
    expect(() => enroll(service('b'), true)).toThrow(
      expect.objectContaining({ code: 'STOPPED', message: expect.stringContaining("'b' was not started") }),
    );
    discharge(a);
    expect(counts()).toEqual(one);
    processRecord().exitCode = undefined;
    discharge(a);
  });

  test.each([
    ['uncaughtException', 'uncaught exception'],
    ['unhandledRejection', 'unhandled rejection'],
  ])(
    'after an %s it is logged once, everything gets three seconds without a delay, and the code is 1',
    async (event, reason) => {
      const [a, b] = [service('a'), service('b')];
      enroll(a, true);
      enroll(b, true);
      process.emit(event as 'uncaughtException', new Error('broken'));
      expect(told).toEqual([`a logs ${reason}: the process ends`]);
      expect(b.asked).toEqual([{ reason, drainDelay: false, limitMs: 3_000 }]);
      a.ends(true);
      b.ends(true);
      await settle();
      expect(exit.mock.calls).toEqual([[1]]);
      expect(written).not.toHaveBeenCalled();
    },
  );

  test('a crash during an orderly stop hastens it, and the code is 1 although the stop is clean', async () => {
    const a = service('a');
    enroll(a, true);
    process.emit('SIGTERM');
    process.emit('uncaughtException', new Error('broken'));
    expect(a.asked.map(({ limitMs }) => limitMs)).toEqual([undefined, 3_000]);
    a.ends(true);
    await settle();
    expect(exit.mock.calls[0]).toEqual([1]);
  });

  test('an error with a report of its own, from a service beside, is reported and exits with its code', async () => {
    const a = service('a');
    enroll(a, true);
    process.emit('uncaughtException', reportIfUncaught(new Error('the report'), 78));
    a.ends(true);
    await settle();
    expect(written.mock.calls).toEqual([['the report\n']]);
    expect(exit.mock.calls).toEqual([[78]]);
  });

  test('a start that was broken off by the signal is no crash', async () => {
    const a = service('a');
    enroll(a, true);
    process.emit('SIGTERM');
    process.emit('unhandledRejection', reportIfUncaught(new Error('stopped while starting'), 1), Promise.resolve());
    a.ends(true);
    await settle();
    expect(a.asked).toHaveLength(1);
    expect(exit.mock.calls).toEqual([[0]]);
    expect(told).toEqual(['a flushes']);
  });

  test('when all that is left is not guarded, a crash is still the end', async () => {
    const a = service('a');
    enroll(a, true);
    process.emit('SIGTERM');
    discharge(a);
    process.emit('uncaughtException', new Error('broken'));
    await settle();
    expect(exit.mock.calls[0]).toEqual([1]);
    processRecord().exitCode = undefined;
    discharge(a);
  });
});

describe('as a process', () => {
  const fixture = (name: string): string => join(__dirname, 'fixtures', name);
  const worker = (what: string, env: Record<string, string> = {}): Program =>
    runProgram([fixture('worker.cjs')], { WORKER: what, ...env });
  const pair = (what: string, env: Record<string, string> = {}): Program =>
    runProgram([fixture('pair.cjs')], { PAIR: what, ...env });
  const messages = ({ lines }: Program): string[] => lines.map(({ message }) => message);
  const patient = { SHUTDOWN_DRAIN_DELAY_MS: '20000', SHUTDOWN_TIMEOUT_MS: '60000' };

  jest.setTimeout(20_000);
  afterAll(endPrograms);

  test('SIGTERM: readiness says no, everything is served on with Connection: close, and after the delay it exits 0', async () => {
    const program = worker('', { SHUTDOWN_DRAIN_DELAY_MS: '600' });
    const port = await program.ready();
    const at = program.kill('SIGTERM');
    await program.line('stopping');
    expect((await ask(port, '/readyz')).status).toBe(503);
    expect((await ask(port, '/livez')).status).toBe(200);
    const served = await ask(port, '/');
    expect([served.status, served.headers.connection]).toEqual([200, 'close']);
    const ending = await program.ended;
    expect(ending).toMatchObject({ code: 0, signal: null });
    expect(ending.at - at).toBeGreaterThanOrEqual(590);
    expect(ending.at - at).toBeLessThan(3_000);
    expect(messages(program).slice(-3)).toEqual(['second stops', 'first stopped', 'stopped']);
    expect(program.stderr).toBe('');
  });

  test('SIGINT: the same without the delay', async () => {
    const program = worker('', patient);
    await program.ready();
    const at = program.kill('SIGINT');
    const ending = await program.ended;
    expect(ending).toMatchObject({ code: 0, signal: null });
    expect(ending.at - at).toBeLessThan(3_000);
  });

  test('slow requests in flight finish', async () => {
    const program = worker('', patient);
    const port = await program.ready();
    const answers = Array.from({ length: 10 }, () => ask(port, '/slow/800'));
    const begun = (): number => messages(program).filter((message) => message === 'slow begins').length;
    await eventually(() => (begun() === 10 ? true : undefined), 'ten requests in flight');
    program.kill('SIGINT');
    expect((await Promise.all(answers)).map(({ body }) => body)).toEqual(Array<string>(10).fill('done'));
    expect(await program.ended).toMatchObject({ code: 0 });
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('a second signal, %s, exits at once, and the hooks have run once', async (signal, code) => {
    const program = worker('stop-hangs', patient);
    await program.ready();
    program.kill('SIGINT');
    await program.line('second stops');
    await echoOver();
    const at = program.kill(signal);
    const ending = await program.ended;
    expect(ending).toMatchObject({ code, signal: null });
    expect(ending.at - at).toBeLessThan(1_000);
    expect(messages(program).filter((message) => message === 'second stops')).toHaveLength(1);
  });

  test('a second signal during the delay exits at once, too', async () => {
    const program = worker('', patient);
    await program.ready();
    program.kill('SIGTERM');
    await program.line('stopping');
    await echoOver();
    program.kill('SIGTERM');
    expect(await program.ended).toMatchObject({ code: 143 });
    expect(messages(program)).not.toContain('second stops');
  });

  test('a hanging component: the others are stopped, and the process exits 1 within the limit and half a second', async () => {
    const program = worker('stop-hangs', { SHUTDOWN_TIMEOUT_MS: '1000' });
    await program.ready();
    const at = program.kill('SIGINT');
    const ending = await program.ended;
    expect(ending).toMatchObject({ code: 1, signal: null });
    expect(ending.at - at).toBeLessThan(1_500);
    expect(messages(program)).toContain('first stopped');
    const told = program.lines.find(({ message }) => message === 'a step of the stop failed');
    expect(JSON.stringify(told)).toContain("The component 'second' failed to stop");
  });

  test('a throwing component: the others are stopped, and the process exits 1', async () => {
    const program = worker('stop-throws');
    await program.ready();
    program.kill('SIGINT');
    expect(await program.ended).toMatchObject({ code: 1 });
    expect(messages(program)).toEqual(expect.arrayContaining(['first stopped', 'stopped']));
    expect(program.stdout).toContain('it would not');
  });

  test('a request longer than the limit is cut and logged', async () => {
    const program = worker('', { SHUTDOWN_TIMEOUT_MS: '1000' });
    const port = await program.ready();
    const cut = ask(port, '/slow/60000').catch((error: NodeJS.ErrnoException) => error.code);
    await program.line('slow begins');
    const at = program.kill('SIGINT');
    const ending = await program.ended;
    expect(await cut).toBe('ECONNRESET');
    expect(ending.code).toBe(1);
    expect(ending.at - at).toBeLessThan(1_500);
    expect(program.stdout).toContain('Requests that were cut because the time was up: 1.');
    expect(messages(program)).toContain('first stopped');
  });

  test.each(['/throw', '/reject'])(
    'a crash by %s: logged with its stack, what is in flight is answered, exit 1',
    async (path) => {
      const program = worker('', patient);
      const port = await program.ready();
      const inFlight = ask(port, '/slow/500');
      await program.line('slow begins');
      await ask(port, path);
      expect((await inFlight).body).toBe('done');
      expect(await program.ended).toMatchObject({ code: 1, signal: null });
      const crash = program.lines.find(({ message }) => message.endsWith(': the process ends'));
      expect(crash).toMatchObject({ level: 'error', err: { stack: expect.stringContaining('worker.cjs') } });
      expect(messages(program)).toContain('first stopped');
      expect(program.stderr).toBe('');
    },
  );

  test('a crash gives what is in flight three seconds, not more, even out of a long drain', async () => {
    const program = worker('', patient);
    const port = await program.ready();
    const cut = ask(port, '/slow/60000').catch((error: NodeJS.ErrnoException) => error.code);
    await program.line('slow begins');
    program.kill('SIGTERM');
    await program.line('stopping');
    const at = performance.now();
    await ask(port, '/throw');
    const ending = await program.ended;
    expect(ending.code).toBe(1);
    expect(ending.at - at).toBeLessThan(3_500);
    expect(await cut).toBe('ECONNRESET');
  });

  test('SIGTERM during the start: given up, what was begun is stopped, exit 0', async () => {
    const program = worker('start-hangs', patient);
    await program.line('second starts');
    const at = program.kill('SIGTERM');
    const ending = await program.ended;
    expect(ending).toMatchObject({ code: 0, signal: null });
    expect(ending.at - at).toBeLessThan(2_000);
    expect(messages(program)).toEqual(expect.arrayContaining(['second stops', 'first stopped', 'stopped']));
    expect(messages(program)).not.toContain('ready');
    expect(program.stderr).toBe('');
  });

  test('SIGTERM after a stop by code has begun joins it, and then the process exits', async () => {
    const program = worker('', { SHUTDOWN_DRAIN_DELAY_MS: '20000' });
    const port = await program.ready();
    const slow = ask(port, '/slow/500');
    await program.line('slow begins');
    await ask(port, '/stop');
    program.kill('SIGTERM');
    expect((await slow).body).toBe('done');
    expect(await program.ended).toMatchObject({ code: 0 });
    expect(messages(program).filter((message) => message === 'second stops')).toHaveLength(1);
  });

  test('a stop by code leaves nothing that keeps the process alive, and does not exit it', async () => {
    const program = worker('');
    const port = await program.ready();
    await ask(port, '/stop');
    expect(await program.ended).toMatchObject({ code: 0, signal: null });
    expect(program.stderr).toBe('stopped\n');
  });

  test('two services: one SIGTERM drains both, and the process exits after both', async () => {
    const program = pair('', { SHUTDOWN_DRAIN_DELAY_MS: '200' });
    await program.ready();
    const port = await portOfSecond(program);
    const slow = ask(port, '/slow/900');
    await program.line('slow begins');
    program.kill('SIGTERM');
    expect((await slow).body).toBe('done');
    expect(await program.ended).toMatchObject({ code: 0 });
    expect(program.lines.filter(({ message }) => message === 'stopped').map(({ service }) => service)).toEqual([
      'first',
      'second',
    ]);
  });

  test('two services: SIGTERM while the second starts stops both, and its broken start is no crash', async () => {
    const program = pair('second-hangs', { SHUTDOWN_DRAIN_DELAY_MS: '400' });
    await program.line('second starts');
    program.kill('SIGTERM');
    expect(await program.ended).toMatchObject({ code: 0 });
    expect(messages(program).join()).not.toContain('the process ends');
    expect(program.stderr).toBe('');
  });

  test('a third with an invalid configuration beside them: they stop in order, its report is shown, exit 78', async () => {
    const program = pair('');
    const port = await program.ready();
    await portOfSecond(program);
    await ask(port, '/broken');
    expect(await program.ended).toMatchObject({ code: 78 });
    expect(program.stderr).toContain('http.port: expected a port');
    expect(program.stderr).not.toContain('    at ');
    expect(program.lines.filter(({ message }) => message === 'stopped')).toHaveLength(2);
  });

  test('with shutdown.signals false a signal does what it does to any process', async () => {
    const program = worker('', { SHUTDOWN_SIGNALS: 'false' });
    await program.ready();
    program.kill('SIGTERM');
    expect(await program.ended).toMatchObject({ code: null, signal: 'SIGTERM' });
  });

  async function portOfSecond(program: Program): Promise<number> {
    const line = await program.line('ready', ({ service }) => service === 'second');
    return line['port'] as number;
  }
});
