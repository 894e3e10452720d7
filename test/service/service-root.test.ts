import { once } from 'node:events';
import { createServer } from 'node:http';
import { Server, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { context, propagation, trace } from '@opentelemetry/api';
import { type WorkContext } from '../../src/core';
import { createService, type Service, type ServiceState } from '../../src/service';
import { processRecord, type Running } from '../../src/service/process-record';
import { ask, refusalOf } from '../support/ask';
import { captureLog, type CapturedLog } from '../support/captured-log';
import { eventually } from '../support/eventually';
import { settle } from '../support/fake-clock';
import { freePort } from '../support/free-port';
import { endPrograms, runProgram } from '../support/program';

const events = ['SIGTERM', 'SIGINT', 'uncaughtException', 'unhandledRejection'];
const counts = (): number[] => events.map((event) => process.listenerCount(event));
const none = counts();

let log: CapturedLog;
let services: Service[] = [];

beforeEach(() => {
  log = captureLog();
});

afterEach(async () => {
  await Promise.all(services.map((service) => service.stop()));
  services = [];
  log.restore();
  expect(counts()).toEqual(none);
  expect(processRecord().services.size).toBe(0);
});

afterAll(() => {
  endPrograms();
  process.removeAllListeners('uncaughtExceptionMonitor');
});

function make(settings: Record<string, Record<string, unknown>> = {}, name = 'tested'): Service {
  const service = createService({
    name,
    settings: { ...settings, http: { port: 0, host: '127.0.0.1', ...settings['http'] } },
  });
  services.push(service);
  return service;
}

describe('start', () => {
  test('answers with the address, and installs the handling of signals', async () => {
    const service = make();
    const address = await service.start();
    expect(address).toEqual({ url: `http://127.0.0.1:${address.port}`, port: address.port, managementPort: undefined });
    expect(service.state).toBe('ready');
    expect(counts()).toEqual(none.map((count) => count + 1));
    expect((await ask(address.port, '/readyz')).status).toBe(200);
  });

  test('with shutdown.signals false installs nothing', async () => {
    await make({ shutdown: { signals: false } }).start();
    expect(counts()).toEqual(none);
  });

  test.each([
    [{ http: { host: '0.0.0.0' } }, 'localhost'],
    [{ http: { host: 'localhost' } }, 'localhost'],
    [{ instance: { host: 'greeter.internal' } }, 'greeter.internal'],
    [{ instance: { host: 'fd00::7' } }, '[fd00::7]'],
  ])('the url has the host that others should use: %j', async (settings, host) => {
    const { url, port } = await make(settings).start();
    expect(url).toBe(`http://${host}:${port}`);
  });

  test('twice is the same start', async () => {
    const service = make();
    const [first, second] = await Promise.all([service.start(), service.start()]);
    expect(second).toEqual(first);
    expect(await service.start()).toEqual(first);
    await settle();
    expect(log.named('ready')).toHaveLength(1);
  });

  test('after stop is refused, and installs nothing', async () => {
    const service = make();
    await service.start();
    await service.stop();
    await expect(service.start()).rejects.toMatchObject({ code: 'STOPPED' });
    expect(service.state).toBe('stopped');
    expect(counts()).toEqual(none);
  });

  test('during a stop is refused, and the stop goes on under guard', async () => {
    const service = make();
    await service.start();
    const stopped = service.stop();
    await expect(service.start()).rejects.toMatchObject({ code: 'STOPPED' });
    expect(counts()).toEqual(none.map((count) => count + 1));
    await stopped;
  });

  test('is refused on the way of the process to its exit, and may be asked for again', async () => {
    const service = make();
    processRecord().exitCode = 0;
    await expect(service.start()).rejects.toMatchObject({ code: 'STOPPED' });
    expect(service.state).toBe('created');
    processRecord().exitCode = undefined;
    await service.start();
  });

  test('with a component that fails: those begun are stopped, the error names it, nothing listens, nothing is installed', async () => {
    const port = await freePort();
    const service = make({ http: { port } });
    const told: string[] = [];
    service.use({ name: 'one', start: () => void told.push('start one'), stop: () => void told.push('stop one') });
    service.use({
      name: 'two',
      start: async () => {
        expect((await ask(port, '/livez')).status).toBe(200);
        throw new Error('no connection');
      },
      stop: () => void told.push('stop two'),
    });
    service.use({ name: 'three', start: () => void told.push('start three') });
    await expect(service.start()).rejects.toMatchObject({
      code: 'START_FAILED',
      message: "The service could not start.\n  The component 'two' could not start: no connection",
      cause: { details: { component: 'two' } },
    });
    expect(told).toEqual(['start one', 'stop two', 'stop one']);
    expect(service.state).toBe('failed');
    expect(await refusalOf(port)).toBe('ECONNREFUSED');
    expect(counts()).toEqual(none);
    await expect(service.start()).rejects.toMatchObject({ code: 'START_FAILED' });
    expect(counts()).toEqual(none);
  });

  test('with a port in use is one clear message, also when it is the management port that was free', async () => {
    const { port } = await make().start();
    const service = make({ http: { port }, management: { port: 0 } });
    await expect(service.start()).rejects.toMatchObject({
      code: 'START_FAILED',
      message: `The service could not start.\n  Port ${port} is already in use. Stop the program that has it, or choose another port by http.port (PORT).`,
    });
    expect(service.state).toBe('failed');
    expect(log.named('stopped')).toEqual([]);
  });

  test('with a route in the place of an endpoint fails, and leaves nothing open', async () => {
    const service = make();
    service.app.get('/metrics', (_req, res) => void res.send('mine'));
    await expect(service.start()).rejects.toThrow('The chassis itself answers /metrics.');
    expect(service.state).toBe('failed');
  });

  test('is cut short by a stop, which waits until nothing is open', async () => {
    const port = await freePort();
    const service = make({ http: { port } });
    let told = (): void => undefined;
    const begun = new Promise<void>((resolve) => (told = resolve));
    service.use({
      name: 'slow',
      start: () => {
        told();
        return new Promise(() => undefined);
      },
    });
    const started = service.start().catch((error: unknown) => error);
    await begun;
    const answer = await ask(port, '/');
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
    await service.stop();
    expect(await started).toMatchObject({ code: 'START_FAILED', message: expect.stringContaining('stopped while') });
    expect([service.state, await refusalOf(port)]).toEqual(['stopped', 'ECONNREFUSED']);
  });

  test('stopped in the very moment of binding leaves no port open', async () => {
    const port = await freePort();
    const service = make({ http: { port } });
    const original = Server.prototype.listen;
    let stopped: Promise<void> | undefined;
    const listen = jest.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server, ...args) {
      stopped ??= service.stop();
      return original.apply(this, args);
    });
    const started = service.start().catch((error: unknown) => error);
    await eventually(() => (stopped === undefined ? undefined : true), 'the binding');
    listen.mockRestore();
    await stopped;
    expect(await started).toMatchObject({ code: 'START_FAILED' });
    expect(await refusalOf(port)).toBe('ECONNREFUSED');
  });
});

describe('stop', () => {
  test('of a service that was never started says nothing', async () => {
    const service = make();
    await service.stop();
    expect([service.state, log.lines]).toEqual(['stopped', []]);
    await expect(service.start()).rejects.toMatchObject({ code: 'STOPPED' });
  });

  test('twice is the same stop', async () => {
    const service = make();
    const stop = jest.fn();
    service.use({ name: 'one', stop });
    await service.start();
    await Promise.all([service.stop(), service.stop()]);
    await service.stop();
    expect(stop).toHaveBeenCalledTimes(1);
    expect(log.named('stopped')).toHaveLength(1);
  });

  test('answers what is in flight, stops in reverse order, closes the port and takes the listeners off', async () => {
    const service = make();
    const told: string[] = [];
    for (const name of ['one', 'two']) {
      service.use({ name, start: () => void told.push(`start ${name}`), stop: () => void told.push(`stop ${name}`) });
    }
    let answer: (() => void) | undefined;
    service.app.get('/slow', (_req, res) => {
      answer = () => void res.send('done');
    });
    const { port } = await service.start();
    const slow = ask(port, '/slow');
    const reply = await eventually(() => answer, 'the request');
    const stopped = service.stop();
    expect(service.state).toBe('draining');
    await eventually(
      async () => ((await refusalOf(port, '/livez')) === 'ECONNREFUSED' ? true : undefined),
      'the port to close',
    );
    expect(told).toEqual(['start one', 'start two']);
    reply();
    const { body, headers } = await slow;
    expect([body, headers.connection]).toEqual(['done', 'close']);
    await stopped;
    expect(told).toEqual(['start one', 'start two', 'stop two', 'stop one']);
    expect(counts()).toEqual(none);
    expect(log.lines.map(({ message }) => message).filter((message) => message !== 'GET /slow')).toEqual(
      expect.arrayContaining(['ready', 'stopping', 'stopped']),
    );
  });

  test('hands over the log at once where the process cannot wait for the next turn', async () => {
    const service = make();
    await service.start();
    log.lines.length = 0;
    service.log.info('the last words');
    expect(log.lines).toEqual([]);
    (service as Service & Running).flushNow();
    expect(log.named('the last words')).toHaveLength(1);
  });

  test('with failures still resolves; they are in the log', async () => {
    const service = make();
    service.use({ name: 'bad', stop: () => Promise.reject(new Error('it would not')) });
    await service.start();
    await expect(service.stop()).resolves.toBeUndefined();
    expect(service.state).toBe('stopped');
    expect(JSON.stringify(log.named('a step of the stop failed'))).toContain('it would not');
  });
});

describe('use', () => {
  test('adds the component’s check under its name, and gives the service back', async () => {
    const service = make();
    expect(service.use({ name: 'db', check: () => ({ status: 'DOWN' }) })).toBe(service);
    const { port } = await service.start();
    await eventually(async () => ((await ask(port, '/health')).status === 503 ? true : undefined), 'the check');
    expect(service.health.report().components['db']).toMatchObject({ status: 'DOWN' });
  });

  test('with a name that no check may have adds nothing', async () => {
    const service = make();
    const start = jest.fn();
    expect(() => service.use({ name: 'my db', start, check: () => undefined })).toThrow('my db');
    await service.start();
    expect(start).not.toHaveBeenCalled();
  });

  test('after the start is refused', async () => {
    const service = make();
    await service.start();
    expect(() => service.use({ name: 'late' })).toThrow(expect.objectContaining({ code: 'START_FAILED' }));
  });
});

describe('context()', () => {
  test('is that of the request: in its handler, across awaits, timers and in spans; and the log has its ids', async () => {
    const service = make();
    const seen: WorkContext[] = [];
    const spans: (string | undefined)[] = [];
    service.app.get('/', async (_req, res) => {
      seen.push(service.context());
      service.log.info('in the handler');
      await Promise.resolve();
      seen.push(service.context());
      await new Promise<void>((resolve) => setTimeout(resolve));
      seen.push(service.context());
      service.tracer.startActiveSpan('inside', (span) => {
        seen.push(service.context());
        spans.push(trace.getActiveSpan()?.spanContext().spanId, span.spanContext().spanId);
        service.log.info('in the span');
        span.end();
      });
      service.context().log.info('by the context');
      res.send('done');
    });
    const { port } = await service.start();
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const headers = {
      traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
      'x-request-id': 'mine',
      'keelson-timeout-ms': '5000',
    };
    await ask(port, '/', { headers });
    expect(new Set(seen).size).toBe(1);
    expect(seen[0]).toMatchObject({ requestId: 'mine', traceId });
    expect(seen[0]?.deadline).toBeGreaterThan(performance.timeOrigin + performance.now());
    expect(spans[0]).toBe(spans[1]);
    const line = await eventually(() => log.named('in the span')[0], 'the line');
    expect(line).toMatchObject({ traceId, requestId: 'mine', spanId: spans[0] });
    const outer = log.named('in the handler')[0];
    expect(outer).toMatchObject({ traceId, requestId: 'mine', spanId: expect.stringMatching(/^[\da-f]{16}$/) });
    expect(outer?.['spanId']).not.toBe(spans[0]);
    expect(log.named('by the context')[0]).not.toHaveProperty('logger');
  });

  test('outside of any request has empty ids and no deadline', () => {
    const service = make();
    expect(service.context()).toMatchObject({ requestId: '', traceId: '', deadline: undefined, log: service.log });
    expect(service.context().signal.aborted).toBe(false);
    expect(service.context()).toBe(service.context());
  });

  test('of two requests at once are two', async () => {
    const service = make();
    const ids = new Map<string, string>();
    let arrived = 0;
    let both = (): void => undefined;
    const meeting = new Promise<void>((resolve) => (both = resolve));
    service.app.get('/:who', async (req, res) => {
      if (++arrived === 2) both();
      await meeting;
      ids.set(req.params.who, service.context().requestId);
      res.send('done');
    });
    const { port } = await service.start();
    await Promise.all(['Ada', 'Bob'].map((who) => ask(port, `/${who}`, { headers: { 'x-request-id': `of-${who}` } })));
    expect([...ids.entries()].sort()).toEqual([
      ['Ada', 'of-Ada'],
      ['Bob', 'of-Bob'],
    ]);
  });
});

describe('background()', () => {
  test('runs in a fresh context that outlives the request, and a stop waits for it', async () => {
    const service = make();
    let finish = (): void => undefined;
    const contexts: WorkContext[] = [];
    service.app.get('/', (_req, res) => {
      contexts.push(service.context());
      service.background(async (given) => {
        contexts.push(given, service.context());
        await new Promise<void>((resolve) => (finish = resolve));
        contexts.push(service.context());
        service.log.info('in the background');
      });
      res.send('done');
    });
    const { port } = await service.start();
    await ask(port, '/');
    const [request, given, ...found] = contexts;
    expect(found).toEqual([given]);
    expect(given?.requestId).not.toBe(request?.requestId);
    expect(given?.traceId).not.toBe(request?.traceId);
    expect(given).toMatchObject({ deadline: undefined });
    const done = jest.fn();
    const stopped = service.stop().then(done);
    await eventually(
      async () => ((await refusalOf(port, '/livez')) === 'ECONNREFUSED' ? true : undefined),
      'the port to close',
    );
    expect([done.mock.calls.length, given?.signal.aborted]).toEqual([0, false]);
    finish();
    await stopped;
    expect(contexts.at(-1)).toBe(given);
    expect(log.named('in the background')[0]).toMatchObject({ requestId: given?.requestId, traceId: given?.traceId });
    expect(() => service.background(() => undefined)).toThrow(expect.objectContaining({ code: 'STOPPED' }));
  });

  test('an error in it is logged with its ids, and hurts nobody', async () => {
    const service = make();
    service.background(() => Promise.reject(new Error('broken')));
    await service.start();
    await service.stop();
    expect(log.named('background work failed')[0]).toMatchObject({
      level: 'error',
      err: { message: 'broken' },
      requestId: expect.any(String),
    });
  });

  test('at the limit of the stop its signal aborts, and what goes on is told', async () => {
    const service = make({ shutdown: { timeoutMs: 200 } });
    let seen: AbortSignal | undefined;
    await service.start();
    service.background(({ signal }) => {
      seen = signal;
      return new Promise(() => undefined);
    });
    await service.stop();
    expect(seen?.aborted).toBe(true);
    expect(service.context().signal.aborted).toBe(true);
    expect(JSON.stringify(log.named('a step of the stop failed'))).toContain(
      'Background work that did not end in time: 1.',
    );
  });
});

describe('express', () => {
  test('app.listen throws and says what to call instead', () => {
    expect(() => make().app.listen(0)).toThrow(
      expect.objectContaining({ code: 'NOT_STARTED', message: expect.stringContaining('service.start()') }),
    );
  });

  test('the app works unstarted under plain node:http, without a context', async () => {
    const service = make();
    service.app.get('/', (_req, res) => void res.json({ id: service.context().requestId }));
    const server = createServer(service.app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const answer = await ask((server.address() as AddressInfo).port, '/');
    server.close();
    expect(JSON.parse(answer.body)).toEqual({ id: '' });
  });

  test('the handler is the whole listener for a server of one’s own, open once the service is ready', async () => {
    const service = make();
    service.app.get('/', (_req, res) => void res.send(service.context().requestId));
    const server = createServer(service.handler).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect([(await ask(port, '/')).status, (await ask(port, '/livez')).status]).toEqual([503, 200]);
    await service.start();
    const answer = await ask(port, '/', { headers: { 'x-request-id': 'mine' } });
    server.close();
    expect([answer.status, answer.body]).toEqual([200, 'mine']);
  });
});

describe('what a process has once', () => {
  const provider = (): unknown => (trace.getTracerProvider() as { getDelegate?: () => unknown }).getDelegate?.();

  afterEach(() => {
    trace.disable();
    context.disable();
    propagation.disable();
  });

  test('OpenTelemetry’s globals are the first service’s, then the next one’s, then nobody’s', async () => {
    const nobody = provider();
    const [first, second] = [make({}, 'first'), make({}, 'second')];
    await first.start();
    const ofFirst = provider();
    await second.start();
    expect([ofFirst === nobody, provider() === ofFirst]).toEqual([false, true]);
    await first.stop();
    expect([provider() === nobody, provider() === ofFirst]).toEqual([false, false]);
    const { port } = await second.start();
    second.app.get('/', (_req, res) => void res.send(trace.getActiveSpan()?.spanContext().traceId));
    expect((await ask(port, '/')).body).toMatch(/^[\da-f]{32}$/);
    await second.stop();
    expect(provider()).toBe(nobody);
  });

  test('they are not given to one that is stopping, too', async () => {
    const nobody = provider();
    const [first, second, third] = [make({}, 'first'), make({}, 'second'), make({}, 'third')];
    let release: (() => void) | undefined;
    // Its spans are handed over and its globals gone when it waits here.
    second.use({ name: 'late', stop: () => new Promise<void>((resolve) => (release = resolve)) });
    for (const each of [first, second, third]) await each.start();
    const stopping = second.stop();
    const letGo = await eventually(() => release, 'the component to stop');
    await first.stop();
    const heir = provider();
    letGo();
    await stopping;
    expect(provider()).toBe(heir);
    await third.stop();
    expect(provider()).toBe(nobody);
  });
});

describe('a start that fails', () => {
  const fixture = join(__dirname, 'fixtures', 'failing.cjs');

  test('uncaught prints one message and exits 1', async () => {
    const program = runProgram([fixture], { FAILING: 'uncaught' });
    expect(await program.ended).toMatchObject({ code: 1, signal: null });
    expect(program.stderr).toBe(
      "The service could not start.\n  The component 'two' could not start: no connection to the database\n",
    );
    expect(program.lines.map(({ message }) => message)).toEqual([
      ...['one started', 'start failed', 'stopping', 'two stopped', 'one stopped', 'stopped'],
    ]);
  });

  test('with a port in use, uncaught, is one clear message and exit code 1 within two seconds', async () => {
    const { port } = await make().start();
    const began = performance.now();
    const program = runProgram([join(__dirname, 'fixtures', 'worker.cjs')], { PORT: String(port) });
    const { code, at } = await program.ended;
    expect(code).toBe(1);
    expect(at - began).toBeLessThan(2_000);
    expect(program.stderr).toBe(
      `The service could not start.\n  Port ${port} is already in use. Stop the program that has it, or choose another port by http.port (PORT).\n`,
    );
  });

  test('caught leaves a process that ends by itself, without listeners of ours', async () => {
    const program = runProgram([fixture], { FAILING: 'caught' });
    const told = await program.line('caught');
    expect(told).toMatchObject({ code: 'START_FAILED', state: 'failed' satisfies ServiceState });
    expect(told['after']).toEqual(told['before']);
    expect(await program.ended).toMatchObject({ code: 0, signal: null });
    expect(program.stderr).toBe('');
  });
});
