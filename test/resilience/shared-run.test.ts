import { currentScope, isKeelsonError, runInScope, type Scope } from '../../src/core';
import { type Call } from '../../src/resilience/call';
import { SharedRun } from '../../src/resilience/shared-run';
import { FakeClock, settle } from '../support/fake-clock';
import { broken, callOf, failure, listenersOf } from './support/failing-work';

let clock: FakeClock;
beforeEach(() => (clock = new FakeClock()));

/** An execution that ends when the test says so. */
function shared(unwatchedMs?: number) {
  const given: { call?: Call; answer?: (value: unknown) => void; fail?: (error: unknown) => void } = {};
  const givenUp = jest.fn();
  const first = callOf({ clock, key: 'k', deadline: clock.now() + 50 });
  const next = (call: Call): Promise<unknown> =>
    new Promise((answer, fail) => Object.assign(given, { call, answer, fail }));
  return { run: new SharedRun(first, next, givenUp, unwatchedMs), given, givenUp };
}

/** A caller that can give up. */
function caller() {
  const controller = new AbortController();
  const call = callOf({ clock }, controller.signal);
  return { call, giveUp: () => controller.abort(new Error('gone')), listeners: listenersOf(call.signal) };
}

test('gives all who wait the same, and leaves nothing with them', async () => {
  const { run, given, givenUp } = shared();
  const callers = [caller(), caller(), caller()];
  const results = callers.map(({ call }) => run.join(call));
  const value = {};
  given.answer?.(value);
  for (const result of results) expect(await result).toBe(value);
  expect(callers.map(({ listeners }) => listeners())).toEqual([0, 0, 0]);
  expect(givenUp).not.toHaveBeenCalled();
  expect(given.call?.aborted).toBe(false);
});

test('gives all who wait the same error', async () => {
  const { run, given } = shared();
  const failures = [caller(), caller()].map(({ call }) => failure(run.join(call)));
  const error = broken();
  given.fail?.(error);
  expect(await Promise.all(failures)).toEqual([error, error]);
  expect((await Promise.all(failures))[0]).toBe(error);
});

test('belongs to none of them: the deadline of the first is not its own', () => {
  const { given } = shared();
  expect(given.call?.deadline).toBeUndefined();
  expect(given.call?.key).toBe('k');
});

test('one that gives up is rejected alone, at once', async () => {
  const { run, given, givenUp } = shared();
  const [one, other] = [caller(), caller()];
  const failed = failure(run.join(one.call));
  const result = run.join(other.call);
  one.giveUp();
  expect(await failed).toEqual(new Error('gone'));
  expect([given.call?.aborted, givenUp.mock.calls.length]).toEqual([false, 0]);
  given.answer?.('answer');
  await expect(result).resolves.toBe('answer');
});

test('is aborted when all have given up, and says so before', async () => {
  const { run, given, givenUp } = shared();
  const callers = [caller(), caller()];
  const failures = callers.map(({ call }) => failure(run.join(call)));
  const signal = given.call?.signal;
  for (const { giveUp } of callers) giveUp();
  expect(await Promise.all(failures)).toEqual([new Error('gone'), new Error('gone')]);
  expect(givenUp).toHaveBeenCalledTimes(1);
  expect(isKeelsonError(signal?.reason, 'ABORTED')).toBe(true);
  given.fail?.(signal?.reason);
  await settle();
});

test('one that has given up already does not count', async () => {
  const { run, given } = shared();
  const [gone, here] = [caller(), caller()];
  gone.giveUp();
  expect(await failure(run.join(gone.call))).toEqual(new Error('gone'));
  const result = run.join(here.call);
  given.answer?.('answer');
  await expect(result).resolves.toBe('answer');
});

describe('with nobody waiting', () => {
  test('is given up after its time', async () => {
    const { given, givenUp } = shared(1000);
    await clock.advance(999);
    expect(givenUp).not.toHaveBeenCalled();
    await clock.advance(1);
    expect(givenUp).toHaveBeenCalledTimes(1);
    expect(given.call?.aborted).toBe(true);
    expect(clock.timers).toBe(0);
  });

  test('is left to those who have come in the meantime, until they have gone', async () => {
    const { run, given } = shared(1000);
    const one = caller();
    const failed = failure(run.join(one.call));
    await clock.advance(5000);
    expect(given.call?.aborted).toBe(false);
    one.giveUp();
    await failed;
    expect(given.call?.aborted).toBe(true);
  });

  test('a failure is nobody’s unhandled rejection, and leaves no timer', async () => {
    const unhandled = jest.fn();
    process.on('unhandledRejection', unhandled);
    const { given } = shared(1000);
    given.fail?.(broken());
    await settle();
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
    expect(clock.timers).toBe(0);
  });
});

test('an execution that throws at once is one that failed', async () => {
  const error = broken();
  const run = new SharedRun(
    callOf({ clock }),
    () => {
      throw error;
    },
    () => undefined,
  );
  expect(await failure(run.join(caller().call))).toBe(error);
});

test('runs in the trace of the first, but not in its request', async () => {
  const trace = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), sampled: true };
  const scope = { work: { requestId: 'first' }, trace, telemetry: undefined } as unknown as Scope;
  const seen: (Scope | undefined)[] = [];
  const look = async (): Promise<void> => {
    seen.push(currentScope());
    await settle();
    seen.push(currentScope());
  };
  await runInScope(scope, () => new SharedRun(callOf({ clock }), look, () => undefined).result);
  await new SharedRun(callOf({ clock }), look, () => undefined).result;
  expect(seen.map((one) => [one?.work, one?.trace])).toEqual([
    [undefined, trace],
    [undefined, trace],
    [undefined, undefined],
    [undefined, undefined],
  ]);
});
