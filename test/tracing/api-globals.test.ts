import { type Tracer, type TracerProvider, context, propagation, trace } from '@opentelemetry/api';
import { ApiGlobals, foreignProvider, hasPropagator, providerBrand } from '../../src/tracing/api-globals';
import { contextCarrier } from '../../src/tracing/context-carrier';
import { HeaderPropagation } from '../../src/tracing/propagation';
import { ScopeContextManager } from '../../src/tracing/scope-context';
import { SdkContextManager, SdkProvider } from './support/foreign-sdk';

const manager = new ScopeContextManager();
const made = () => {
  const provider: TracerProvider & { [providerBrand]: true } = {
    [providerBrand]: true,
    getTracer: () => ({}) as Tracer,
  };
  const propagator = new HeaderPropagation(['tracecontext']);
  return { provider, propagator, globals: new ApiGlobals({ provider, manager, propagator }) };
};
const delegate = (): unknown => (trace.getTracerProvider() as { getDelegate?: () => unknown }).getDelegate?.();

afterEach(() => {
  trace.disable();
  context.disable();
  propagation.disable();
});

describe('ApiGlobals', () => {
  test('registers all three, and takes them away', () => {
    const { provider, propagator, globals } = made();
    expect(globals.register()).toBe('ours');
    expect(globals.register()).toBe('ours');
    expect(delegate()).toBe(provider);
    expect(contextCarrier(manager)).toBe('scope');
    expect(propagation.fields()).toBe(propagator.fields());
    expect(foreignProvider()).toBeUndefined();
    globals.unregister();
    expect(delegate()).not.toBe(provider);
    expect(contextCarrier(manager)).toBe('nobody');
    expect(hasPropagator()).toBe(false);
  });

  test('the second service touches nothing, and takes over when asked', () => {
    const [one, other] = [made(), made()];
    one.globals.register();
    expect(other.globals.register()).toBe('taken');
    other.globals.unregister();
    expect(delegate()).toBe(one.provider);
    one.globals.unregister();
    expect(other.globals.register()).toBe('ours');
    expect(delegate()).toBe(other.provider);
    one.globals.unregister();
    expect(delegate()).toBe(other.provider);
    expect(contextCarrier(manager)).toBe('scope');
    other.globals.unregister();
  });

  test("the user's are left alone", () => {
    const { globals } = made();
    const sdk = new SdkProvider();
    const userPropagator = new HeaderPropagation(['b3']);
    trace.setGlobalTracerProvider(sdk);
    context.setGlobalContextManager(new SdkContextManager());
    propagation.setGlobalPropagator(userPropagator);
    expect(foreignProvider()).toBe(sdk);
    expect(globals.register()).toBe('taken');
    globals.registerContext();
    globals.unregister();
    expect(delegate()).toBe(sdk);
    expect(contextCarrier(manager)).toBe('other');
    expect(propagation.fields()).toBe(userPropagator.fields());
  });

  test('beside a context manager and a propagator of the user, only the provider is ours', () => {
    const { provider, globals } = made();
    const userPropagator = new HeaderPropagation(['b3']);
    context.setGlobalContextManager(new SdkContextManager());
    propagation.setGlobalPropagator(userPropagator);
    expect(globals.register()).toBe('ours');
    expect([delegate(), contextCarrier(manager)]).toEqual([provider, 'other']);
    globals.unregister();
    expect(contextCarrier(manager)).toBe('other');
    expect(propagation.fields()).toBe(userPropagator.fields());
  });

  test('what somebody put in the place of ours is not removed', () => {
    const { globals } = made();
    const sdk = new SdkProvider();
    const userPropagator = new HeaderPropagation(['b3']);
    globals.register();
    trace.disable();
    context.disable();
    propagation.disable();
    trace.setGlobalTracerProvider(sdk);
    context.setGlobalContextManager(new SdkContextManager());
    propagation.setGlobalPropagator(userPropagator);
    globals.unregister();
    expect([delegate(), contextCarrier(manager)]).toEqual([sdk, 'other']);
    expect(propagation.fields()).toBe(userPropagator.fields());
  });

  test('a provider that came without context manager gets ours', () => {
    const { globals } = made();
    trace.setGlobalTracerProvider(new SdkProvider());
    globals.registerContext();
    expect(contextCarrier(manager)).toBe('scope');
    globals.unregister();
    expect(contextCarrier(manager)).toBe('nobody');
  });
});

test('another version of the API was loaded first', () => {
  const key = Symbol.for('opentelemetry.js.api.1');
  const globals = globalThis as Record<symbol, unknown>;
  const before = globals[key];
  globals[key] = { version: '1.0.0' };
  expect(made().globals.register()).toBe('refused');
  globals[key] = before;
});

test('nobody registered anything', () => {
  expect(foreignProvider()).toBeUndefined();
  expect(hasPropagator()).toBe(false);
});
