import { currentScope, type KeelsonError, runInScope, type Scope } from '../../src/core';
import { deadlineExceeded, limited } from '../../src/resilience/limited';
import { FakeClock } from '../support/fake-clock';
import { aCall, failureOf, Gate, keelsonError } from './support/calls';

const lateError = (): KeelsonError => keelsonError('TIMEOUT');

test('what ends in time ends as it is, and leaves no timer', async () => {
  const clock = new FakeClock();
  const boom = new Error('boom');
  await expect(limited(aCall(clock), 10, () => Promise.resolve('ok'), lateError)).resolves.toBe('ok');
  await expect(limited(aCall(clock), 10, () => Promise.reject(boom), lateError)).rejects.toBe(boom);
  expect(clock.timers).toBe(0);
});

test('a stage that throws instead of rejecting leaves no timer either', async () => {
  const clock = new FakeClock();
  const boom = new Error('boom');
  const wrong = (): never => {
    throw boom;
  };
  await expect(limited(aCall(clock), 10, wrong, lateError)).rejects.toBe(boom);
  expect(clock.timers).toBe(0);
});

test('what takes longer is given up with the error that the caller gets, made only then', async () => {
  const clock = new FakeClock();
  const part = aCall(clock);
  const make = jest.fn(lateError);
  const failed = failureOf(limited(part, 10, () => new Promise(() => undefined), make));
  await clock.advance(9);
  expect([part.aborted, make.mock.calls.length]).toEqual([false, 0]);
  await clock.advance(1);
  const error = await failed;
  expect(error).toMatchObject({ code: 'TIMEOUT' });
  expect(part.reason).toBe(error);
  expect(clock.timers).toBe(0);
});

test.each(['open', 'fail'] as const)('a result that comes too late (%s) is dropped', async (how) => {
  const clock = new FakeClock();
  const gate = new Gate();
  const failed = failureOf(limited(aCall(clock), 10, () => gate.promise, lateError));
  await clock.advance(10);
  gate[how](new Error('late'));
  await clock.advance(1);
  expect(await failed).toMatchObject({ code: 'TIMEOUT' });
});

test('the part lets go of what is above when it has ended', async () => {
  const { signal } = new AbortController();
  const add = jest.spyOn(signal, 'addEventListener');
  const remove = jest.spyOn(signal, 'removeEventListener');
  const clock = new FakeClock();
  await limited(aCall(clock, signal), 10, (part) => Promise.resolve(part.signal.aborted), lateError);
  expect([add.mock.calls.length, remove.mock.calls.length]).toEqual([1, 1]);
});

test('the work runs in the context of its caller', async () => {
  const scope: Scope = { work: undefined, trace: undefined, telemetry: undefined };
  const seen = await runInScope(scope, () =>
    limited(aCall(), 10, async () => Promise.resolve(currentScope()), lateError),
  );
  expect(seen).toBe(scope);
});

test('a deadline that has passed is not worth another try', () => {
  expect(deadlineExceeded()).toMatchObject({ code: 'DEADLINE_EXCEEDED', retryable: false, status: 504 });
});
