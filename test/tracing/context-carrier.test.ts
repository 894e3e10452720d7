import { ROOT_CONTEXT, context, createContextKey } from '@opentelemetry/api';
import { contextCarrier, registeredContext } from '../../src/tracing/context-carrier';
import { ScopeContextManager } from '../../src/tracing/scope-context';
import { SdkContextManager } from './support/foreign-sdk';

const manager = new ScopeContextManager();
afterEach(() => context.disable());

describe('contextCarrier', () => {
  test('nobody', () => {
    expect(contextCarrier(manager)).toBe('nobody');
  });

  test('one on the scope, be it of this or another service', () => {
    context.setGlobalContextManager(new ScopeContextManager());
    expect(contextCarrier(manager)).toBe('scope');
  });

  test("the user's own", () => {
    context.setGlobalContextManager(new SdkContextManager());
    expect(contextCarrier(manager)).toBe('other');
  });
});

test('registeredContext is whatever is registered', () => {
  const marked = ROOT_CONTEXT.setValue(createContextKey('test'), 1);
  expect(registeredContext.with(marked, () => registeredContext.active())).toBe(ROOT_CONTEXT);
  context.setGlobalContextManager(new SdkContextManager());
  const self = { a: 1 };
  function read(this: typeof self, b: number): unknown {
    return [this.a + b, registeredContext.active() === marked];
  }
  expect(registeredContext.with(marked, read, self, 2)).toEqual([3, true]);
});
