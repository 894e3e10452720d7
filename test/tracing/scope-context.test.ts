import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { ROOT_CONTEXT, createContextKey, propagation, trace } from '@opentelemetry/api';
import { type Scope, type WorkContext, currentScope, runInScope } from '../../src/core';
import { PassiveSpan } from '../../src/tracing/passive-span';
import { ScopeContextManager } from '../../src/tracing/scope-context';

const manager = new ScopeContextManager();
const key = createContextKey('test');
const marked = ROOT_CONTEXT.setValue(key, 'marked');
const here = (): unknown => manager.active().getValue(key);
const span = new PassiveSpan('a'.repeat(32), 'b'.repeat(16), 1);
const scopeOf = (telemetry: unknown): Scope => ({ work: undefined, trace: span, telemetry });

describe('active()', () => {
  test('outside any scope it is the root', () => {
    expect(manager.active()).toBe(ROOT_CONTEXT);
    expect(runInScope(scopeOf(undefined), () => manager.active())).toBe(ROOT_CONTEXT);
  });

  test('in a scope it has the span, and is built once', () => {
    const scope = scopeOf(span);
    runInScope(scope, () => {
      const first = manager.active();
      expect(trace.getSpan(first)).toBe(span);
      expect(manager.active()).toBe(first);
      expect(scope.telemetry).toBe(first);
    });
  });

  test('and the baggage, read only then', () => {
    const withBaggage = new PassiveSpan('a'.repeat(32), 'b'.repeat(16), 1);
    withBaggage.baggage = 'user=alice';
    runInScope(scopeOf(withBaggage), () => {
      expect(propagation.getBaggage(manager.active())?.getEntry('user')?.value).toBe('alice');
    });
    withBaggage.baggage = 'garbage';
    runInScope(scopeOf(withBaggage), () => expect(propagation.getBaggage(manager.active())).toBeUndefined());
  });
});

describe('with()', () => {
  test('runs within the context: arguments, this and result pass through', () => {
    const self = { factor: 2 };
    function times(this: typeof self, a: number, b: number): unknown {
      return [a * this.factor, b, here()];
    }
    expect(manager.with(marked, times, self, 3, 4)).toEqual([6, 4, 'marked']);
    expect(here()).toBeUndefined();
  });

  test('what is thrown comes out, and the context ends', () => {
    expect(() =>
      manager.with(marked, () => {
        throw new Error('out');
      }),
    ).toThrow('out');
    expect(here()).toBeUndefined();
  });

  test('keeps the work, and takes the trace of the context', () => {
    const work = { requestId: 'r' } as WorkContext;
    const foreign = trace.wrapSpanContext({ traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), traceFlags: 1 });
    runInScope({ work, trace: span, telemetry: span }, () => {
      manager.with(trace.setSpan(ROOT_CONTEXT, foreign), () => {
        expect(currentScope()).toMatchObject({ work, trace: { traceId: 'c'.repeat(32), spanId: 'd'.repeat(16) } });
      });
      manager.with(trace.setSpan(ROOT_CONTEXT, span), () => expect(currentScope()?.trace).toBe(span));
      manager.with(ROOT_CONTEXT, () => expect(currentScope()).toMatchObject({ work, trace: undefined }));
      expect(currentScope()?.trace).toBe(span);
    });
  });

  test('lasts over promises, timers, immediates, microtasks and ticks', async () => {
    const seen: unknown[] = [];
    const look = (): void => void seen.push(here());
    await manager.with(marked, async () => {
      await Promise.resolve();
      look();
      await delay(0);
      look();
      await new Promise((resolve) => setImmediate(resolve));
      look();
      await new Promise<void>((resolve) => process.nextTick(resolve));
      look();
      await new Promise<void>((resolve) => queueMicrotask(resolve));
      look();
      await new Promise<void>((resolve) => setTimeout(() => resolve(look()), 0));
    });
    expect(seen).toEqual(Array(6).fill('marked'));
    expect(here()).toBeUndefined();
  });

  test('work side by side does not mix', async () => {
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        manager.with(ROOT_CONTEXT.setValue(key, i), async () => {
          for (let n = 0; n < 5; n += 1) await new Promise((resolve) => setImmediate(resolve));
          return here();
        }),
      ),
    );
    expect(results).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });
});

describe('bind()', () => {
  test('a function runs in the context whoever calls it, with its this, arguments, result and length', () => {
    const self = {
      run: manager.bind(marked, function (this: unknown, a: number, b: number) {
        return [this === self, a + b, here()];
      }),
    };
    expect(self.run(1, 2)).toEqual([true, 3, 'marked']);
    expect(self.run.length).toBe(2);
  });

  test('anything else is given back', () => {
    expect(manager.bind(marked, 7)).toBe(7);
    expect(manager.bind(marked, null)).toBeNull();
  });

  test('the listeners of an emitter run in the context, in order, and can be removed', async () => {
    const emitter = manager.bind(marked, new EventEmitter());
    const seen: string[] = [];
    const note = (name: string) =>
      function (this: unknown, value: unknown): void {
        seen.push(`${name} ${String(value)} ${String(here())} ${this === emitter}`);
      };
    const [on, add, first] = [note('on'), note('add'), note('first')];
    emitter.on('x', on).addListener('x', add).prependListener('x', first);
    emitter.once('x', note('once')).prependOnceListener('x', note('firstOnce'));
    emitter.emit('x', 1);
    expect(seen.map((line) => line.split(' ')[0])).toEqual(['firstOnce', 'first', 'on', 'add', 'once']);
    expect(seen.every((line) => line.endsWith('1 marked true'))).toBe(true);
    emitter.off('x', on).removeListener('x', add).off('x', first);
    emitter.emit('x', 2);
    expect(seen).toHaveLength(5);
    expect(emitter.listenerCount('x')).toBe(0);
    const waiting = once(emitter, 'y');
    emitter.emit('y', 'z');
    expect(await waiting).toEqual(['z']);
  });

  test('a once listener can be removed before it fires', () => {
    const emitter = manager.bind(marked, new EventEmitter());
    const listener = (): never => {
      throw new Error('removed');
    };
    emitter.once('x', listener);
    emitter.off('x', listener);
    expect(emitter.emit('x')).toBe(false);
  });

  test('bound twice: the first context stays', () => {
    const emitter = manager.bind(marked, new EventEmitter());
    expect(manager.bind(ROOT_CONTEXT.setValue(key, 'second'), emitter)).toBe(emitter);
    let seen: unknown;
    const listener = (): void => void (seen = here());
    emitter.on('x', listener);
    emitter.emit('x');
    expect(seen).toBe('marked');
    emitter.off('x', listener);
    expect(emitter.listenerCount('x')).toBe(0);
  });
});

test('enable and disable change nothing', () => {
  expect(manager.enable()).toBe(manager);
  expect(manager.disable()).toBe(manager);
});
