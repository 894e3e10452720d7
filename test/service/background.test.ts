import { ROOT_CONTEXT, context, propagation, trace, type Context, type ContextManager } from '@opentelemetry/api';
import { AsyncLocalStorage } from 'node:async_hooks';
import { currentScope, noopLogger, noopTracing, runInScope, type LogFields, type WorkContext } from '../../src/core';
import { Background } from '../../src/service/background';
import { createTracing, resolveTracingSettings, type TracingProvider } from '../../src/tracing';
import { settle } from '../support/fake-clock';

const open = new AbortController().signal;
const requestWork: WorkContext = {
  requestId: 'the-request',
  traceId: 'a'.repeat(32),
  deadline: 1,
  signal: AbortSignal.abort(),
  log: noopLogger,
};

function tracingOf(): TracingProvider {
  return createTracing({
    service: { name: 'tested', version: '1.0.0', instance: 'tested-1' },
    settings: resolveTracingSettings({}),
  });
}

test('runs work in a context of its own, whatever request began it', async () => {
  const background = new Background(noopLogger, tracingOf());
  let given: WorkContext | undefined;
  let found: WorkContext | undefined;
  runInScope({ work: requestWork, trace: undefined, telemetry: undefined }, () =>
    background.run(async (work) => {
      given = work;
      await Promise.resolve();
      found = currentScope()?.work;
    }),
  );
  expect(background.size).toBe(1);
  expect(await background.drain(open)).toBe(0);
  expect(found).toBe(given);
  expect(given).toMatchObject({ deadline: undefined, log: noopLogger });
  expect(given?.signal.aborted).toBe(false);
  expect(given?.requestId).toMatch(/^[\da-f-]{36}$/);
  expect(given?.traceId).toMatch(/^(?!a{32})[\da-f]{32}$/);
});

test('its span is a trace of its own, also for the API and also where the context manager is somebody else’s', async () => {
  const storage = new AsyncLocalStorage<Context>();
  const manager: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (within, call, self, ...args) => storage.run(within, () => call.apply(self as never, args)),
    bind: (_within, target) => target,
    enable: () => manager,
    disable: () => manager,
  };
  context.setGlobalContextManager(manager);
  const tracing = tracingOf();
  tracing.start();
  const background = new Background(noopLogger, tracing);
  const outer = trace.wrapSpanContext({ traceId: 'b'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 });
  const seen: (string | undefined)[] = [];
  context.with(trace.setSpan(ROOT_CONTEXT, outer), () =>
    background.run(async (work) => {
      await Promise.resolve();
      seen.push(trace.getActiveSpan()?.spanContext().traceId, work.traceId);
    }),
  );
  await background.drain(open);
  await tracing.stop(open);
  context.disable();
  propagation.disable();
  expect(seen[0]).toBe(seen[1]);
  expect(seen[0]).not.toBe('b'.repeat(32));
});

test.each<[string, () => Promise<void> | void]>([
  ['rejects', () => Promise.reject(new Error('broken'))],
  [
    'throws',
    () => {
      throw new Error('broken');
    },
  ],
])('an error that the work %s with is logged and marks its span', async (_how, work) => {
  const errors: [string, LogFields | undefined][] = [];
  const ended: unknown[] = [];
  const span = {
    ...noopTracing.begin('internal', '', {}),
    fail: (...args: unknown[]) => ended.push(args),
    end: () => ended.push('end'),
  };
  const background = new Background(
    { ...noopLogger, error: (message, fields) => errors.push([message, fields]) },
    { ...noopTracing, begin: () => span },
  );
  background.run(work);
  expect(await background.drain(open)).toBe(0);
  expect(errors).toEqual([['background work failed', { err: new Error('broken') }]]);
  expect(ended).toEqual([['background', new Error('broken')], 'end']);
});

describe('drain', () => {
  test('waits for all of it, and for what it begins', async () => {
    const background = new Background(noopLogger, noopTracing);
    const done: string[] = [];
    background.run(async () => {
      await settle();
      background.run(async () => {
        await settle();
        done.push('second');
      });
      done.push('first');
    });
    expect(await background.drain(open)).toBe(0);
    expect(done).toEqual(['first', 'second']);
  });

  test('at the limit tells every piece of work to end, by a signal of its own, and counts what does not', async () => {
    const background = new Background(noopLogger, noopTracing);
    const signals: AbortSignal[] = [];
    background.run(({ signal }) => {
      signals.push(signal);
      return new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    });
    background.run(({ signal }) => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
    const controller = new AbortController();
    const left = background.drain(controller.signal);
    await settle();
    expect(signals.map((signal) => signal.aborted)).toEqual([false, false]);
    controller.abort(new Error('time is up'));
    expect(await left).toBe(1);
    expect(signals.map((signal) => signal.reason as unknown)).toEqual([
      new Error('time is up'),
      new Error('time is up'),
    ]);
    expect(new Set(signals).size).toBe(2);
    expect(background.signal.aborted).toBe(true);
  });

  test('with a limit that has passed already waits a few turns only', async () => {
    const background = new Background(noopLogger, noopTracing);
    background.run(() => new Promise(() => undefined));
    background.run(() => settle());
    expect(await background.drain(AbortSignal.abort())).toBe(1);
  });

  test('is the end: nobody would wait for further work', async () => {
    const background = new Background(noopLogger, noopTracing);
    await background.drain(open);
    expect(() => background.run(() => undefined)).toThrow(expect.objectContaining({ code: 'STOPPED' }));
    expect(background.signal.aborted).toBe(false);
  });
});

test('many may listen to its signal without a warning of Node.js', async () => {
  const warned = jest.fn();
  process.on('warning', warned);
  const { signal } = new Background(noopLogger, noopTracing);
  for (let i = 0; i < 50; i++) signal.addEventListener('abort', () => undefined);
  await settle();
  process.off('warning', warned);
  expect(warned).not.toHaveBeenCalled();
});
