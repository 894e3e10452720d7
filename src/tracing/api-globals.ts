import {
  type ContextManager,
  ProxyTracerProvider,
  type TextMapPropagator,
  type TracerProvider,
  context,
  propagation,
  trace,
} from '@opentelemetry/api';
import { contextCarrier } from './context-carrier';
import { type ScopeContextManager } from './scope-context';

/** On every tracer provider of the chassis, of whichever copy of the package. */
export const providerBrand = Symbol.for('keelson.tracer-provider/1');

/** The provider behind the API, if anybody registered one. */
function registeredProvider(): TracerProvider | undefined {
  const global: TracerProvider & Partial<ProxyTracerProvider> = trace.getTracerProvider();
  const provider = global.getDelegate?.() ?? global;
  const nobody = new ProxyTracerProvider().getDelegate();
  return provider === nobody ? undefined : provider;
}

/** The tracer provider that the user registered (an SDK's): any but one of the chassis. */
export function foreignProvider(): TracerProvider | undefined {
  const provider = registeredProvider();
  return provider === undefined || providerBrand in provider ? undefined : provider;
}

/** Did the user register a propagator, or another service of this process? */
export function hasPropagator(): boolean {
  return propagation.fields().length > 0;
}

/** What a provider puts behind the API. */
export interface ApiParts {
  readonly provider: TracerProvider;
  readonly manager: ScopeContextManager & ContextManager;
  readonly propagator: TextMapPropagator;
}

/** Registers our parts as OpenTelemetry's globals, each only if nobody else has, and takes away no others than ours. */
export class ApiGlobals {
  readonly #parts: ApiParts;
  readonly #ours = { provider: false, context: false, propagator: false };

  constructor(parts: ApiParts) {
    this.#parts = parts;
  }

  /** Whose the API's tracer provider is now. Refused: the API takes none, because another version of it was loaded first. */
  register(): 'ours' | 'taken' | 'refused' {
    const { provider, propagator } = this.#parts;
    if (this.#ours.provider) return 'ours';
    if (registeredProvider() !== undefined) return 'taken';
    if (!trace.setGlobalTracerProvider(provider)) return 'refused';
    this.#ours.provider = true;
    this.#ours.propagator = !hasPropagator() && propagation.setGlobalPropagator(propagator);
    this.registerContext();
    return 'ours';
  }

  /** Registers the context manager alone: beside a user's provider that came without one. */
  registerContext(): void {
    const { manager } = this.#parts;
    if (contextCarrier(manager) === 'nobody') this.#ours.context = context.setGlobalContextManager(manager);
  }

  unregister(): void {
    const { provider, manager, propagator } = this.#parts;
    const ours = this.#ours;
    if (ours.provider && registeredProvider() === provider) trace.disable();
    if (ours.context && contextCarrier(manager) === 'scope') context.disable();
    if (ours.propagator && propagation.fields() === propagator.fields()) propagation.disable();
    ours.provider = ours.context = ours.propagator = false;
  }
}
