import { type Context, type ContextManager, ROOT_CONTEXT, context, createContextKey } from '@opentelemetry/api';
import { type ScopeContextManager } from './scope-context';

const probe = createContextKey('keelson.probe');

/** Is any context manager registered? The API does not tell, so we ask it to carry something. */
function isAnyRegistered(): boolean {
  const marked = ROOT_CONTEXT.setValue(probe, true);
  return context.with(marked, () => context.active() === marked);
}

/** Is the registered context manager one that works on the scope of the chassis? */
function isScopeRegistered(manager: ScopeContextManager): boolean {
  const marked = ROOT_CONTEXT.setValue(probe, true);
  return manager.with(marked, () => context.active() === marked);
}

/** Who carries OpenTelemetry's context in this process: nobody, the chassis, or a manager that the user registered. */
export function contextCarrier(manager: ScopeContextManager): 'nobody' | 'scope' | 'other' {
  if (isScopeRegistered(manager)) return 'scope';
  return isAnyRegistered() ? 'other' : 'nobody';
}

/** The API's registered context manager, whichever that is, as one. */
export const registeredContext: Pick<ContextManager, 'active' | 'with'> = Object.freeze({
  active: () => context.active(),
  with: <A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    within: Context,
    call: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> => context.with<A, F>(within, call, thisArg, ...args),
});
