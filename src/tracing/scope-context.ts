import { EventEmitter } from 'node:events';
import { type Context, type ContextManager, ROOT_CONTEXT, propagation, trace } from '@opentelemetry/api';
import { type Scope, type TraceIds, currentScope, runInScope } from '../core';
import { parseBaggage } from './baggage';
import { PassiveSpan } from './passive-span';

/** OpenTelemetry's context of a scope: built when somebody first asks for it, then kept in the scope. */
function contextOf(scope: Scope): Context {
  const held = scope.telemetry;
  if (!(held instanceof PassiveSpan)) return held === undefined ? ROOT_CONTEXT : (held as Context);
  const withSpan = trace.setSpan(ROOT_CONTEXT, held);
  const baggage = held.baggage === undefined ? undefined : parseBaggage(held.baggage);
  const built = baggage === undefined ? withSpan : propagation.setBaggage(withSpan, baggage);
  scope.telemetry = built;
  return built;
}

function idsIn(context: Context): TraceIds | undefined {
  const span = trace.getSpan(context);
  return span === undefined || span instanceof PassiveSpan ? span : span.spanContext();
}

/** Marks an emitter whose listeners are bound already. */
const bound = Symbol('keelson.bound');

type Listener = (...args: unknown[]) => void;

/**
 * OpenTelemetry's ContextManager on the scope of the chassis, so that there is one AsyncLocalStorage and
 * `trace.getActiveSpan()` works in handlers.
 */
export class ScopeContextManager implements ContextManager {
  active(): Context {
    const scope = currentScope();
    return scope === undefined ? ROOT_CONTEXT : contextOf(scope);
  }

  /** Runs `call` within a context: the work being done stays, the trace is that of the context. */
  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    context: Context,
    call: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    const scope: Scope = { work: currentScope()?.work, trace: idsIn(context), telemetry: context };
    const target = thisArg === undefined ? call : (call.bind(thisArg) as F);
    return runInScope<A, ReturnType<F>>(scope, target, ...args);
  }

  bind<T>(context: Context, target: T): T {
    if (target instanceof EventEmitter) return this.#bindEmitter(context, target);
    return typeof target === 'function' ? (this.#bindFunction(context, target as Listener & T) as T) : target;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    return this;
  }

  #bindFunction(context: Context, call: Listener): Listener {
    const run = (self: unknown, args: unknown[]): void => this.with(context, call, self, ...args);
    const wrapped = function (this: unknown, ...args: unknown[]): void {
      return run(this, args);
    };
    Object.defineProperty(wrapped, 'length', { value: call.length, configurable: true });
    return wrapped;
  }

  /** Listeners added from now on run within the context. They are removed by their own function, as ever. */
  #bindEmitter<E extends EventEmitter>(context: Context, emitter: E): E {
    if (bound in emitter) return emitter;
    Object.defineProperty(emitter, bound, { value: true });
    const wrap = (listener: Listener): Listener => Object.assign(this.#bindFunction(context, listener), { listener });
    const add = (method: 'on' | 'prependListener', once: boolean) => {
      const original = emitter[method].bind(emitter);
      return (event: string | symbol, listener: Listener): E => {
        const wrapped = wrap(listener);
        const first = function (this: unknown, ...args: unknown[]): void {
          emitter.removeListener(event, first);
          wrapped.apply(this, args);
        };
        return original(event, once ? Object.assign(first, { listener }) : wrapped);
      };
    };
    const on = add('on', false);
    return Object.assign(emitter, {
      on,
      addListener: on,
      once: add('on', true),
      prependListener: add('prependListener', false),
      prependOnceListener: add('prependListener', true),
    });
  }
}
