import { AsyncLocalStorage } from 'node:async_hooks';
import { systemClock, type Clock } from './clock';
import { type Scope } from './work';

/** The only AsyncLocalStorage of the chassis: each further one would make every await slower. */
const storage = new AsyncLocalStorage<Scope | undefined>();

/** The scope of the code that asks, or undefined outside any. */
export function currentScope(): Scope | undefined {
  return storage.getStore();
}

/** Runs `call` and everything it starts within a scope; `undefined` means outside any. */
export function runInScope<A extends unknown[], R>(scope: Scope | undefined, call: (...args: A) => R, ...args: A): R {
  return storage.run(scope, call, ...args);
}

/** The time that lives by what is made here, if it is given none: the machine's, and in a test that of the service under test. */
export function clockHere(): Clock {
  return currentScope()?.parts?.clock ?? systemClock;
}
