/**
 * Who closes what a test has opened: a hook of the test runner (`afterEach` or `afterAll` of jest, vitest or mocha; `afterEach` or `after` of node:test), or the
 * context that node:test gives a test.
 */
export type CloseBy = ((close: () => Promise<void>) => unknown) | ClosingContext;

/** What node:test gives a test, as far as it is needed. */
export interface ClosingContext {
  /** Calls when the test has ended. */
  after(close: () => Promise<void>): unknown;
}

/** Has the runner call `close`. Does nothing where nobody is named. */
export function register(closeBy: CloseBy | undefined, close: () => Promise<void>): void {
  // Without parameters: jest takes a function with one for a hook that calls back.
  const hook = (): Promise<void> => close();
  if (typeof closeBy === 'function') closeBy(hook);
  else closeBy?.after(hook);
}
