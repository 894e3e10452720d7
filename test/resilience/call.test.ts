import { Call } from '../../src/resilience/call';
import { FakeClock } from '../support/fake-clock';
import { aCall, never } from './support/calls';

const reason = new Error('enough');

test('a signal is made when it is asked for, once', () => {
  const made = jest.spyOn(AbortController.prototype, 'signal', 'get');
  try {
    const call = aCall();
    const part = call.part();
    expect([part.aborted, part.reason]).toEqual([false, undefined]);
    part.abort(reason);
    expect([part.aborted, call.aborted]).toEqual([true, false]);
    expect(made).not.toHaveBeenCalled();
    expect(call.signal).toBe(call.signal);
    expect(made).toHaveBeenCalled();
  } finally {
    made.mockRestore();
  }
});

test('it aborts with its reason, the first one', () => {
  const call = aCall();
  const { signal } = call;
  call.abort(reason);
  call.abort(new Error('later'));
  expect([call.aborted, call.reason, signal.aborted, signal.reason]).toEqual([true, reason, true, reason]);
});

test('a reason of undefined is a reason too', () => {
  const call = aCall();
  call.abort(undefined);
  expect([call.aborted, call.reason]).toEqual([true, undefined]);
  expect(call.signal.aborted).toBe(true);
});

test('a signal that is asked for late has aborted already', () => {
  const call = aCall();
  call.abort(reason);
  expect([call.signal.aborted, call.signal.reason]).toEqual([true, reason]);
});

describe('a part', () => {
  test('is the same call with an attempt and a deadline of its own', () => {
    const clock = new FakeClock();
    const call = new Call({ clock, work: never, key: 'k', deadline: 9, attempt: 1 });
    expect(call.part()).toMatchObject({ clock, work: never, key: 'k', deadline: 9, attempt: 1 });
    expect(call.part(2, 5)).toMatchObject({ clock, work: never, key: 'k', deadline: 5, attempt: 2 });
  });

  test('aborts with the whole, through any number of levels, whether asked before or after', () => {
    const caller = new AbortController();
    const call = aCall(undefined, caller.signal);
    const [asked, unasked] = [call.part().part(), call.part().part()];
    const told: unknown[] = [];
    asked.signal.addEventListener('abort', () => told.push(asked.signal.reason));
    caller.abort(reason);
    expect(told).toEqual([reason]);
    for (const one of [call, asked, unasked]) expect([one.aborted, one.reason]).toEqual([true, reason]);
    expect(unasked.signal.reason).toBe(reason);
  });

  test('aborts alone: the whole and the other parts go on', () => {
    const call = aCall();
    const [one, other] = [call.part(), call.part()];
    const signals = [call.signal, one.signal, other.signal];
    one.abort(reason);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, true, false]);
    expect([call.aborted, other.aborted]).toEqual([false, false]);
  });

  test('that has ended holds no listener on what is above, nor does one that was given up', () => {
    const { signal } = new AbortController();
    const add = jest.spyOn(signal, 'addEventListener');
    const remove = jest.spyOn(signal, 'removeEventListener');
    const ended = aCall(undefined, signal);
    void ended.signal;
    ended.end();
    ended.end();
    const given = aCall(undefined, signal);
    void given.signal;
    given.abort(reason);
    expect(add).toHaveBeenCalledTimes(2);
    expect(remove.mock.calls.map(([, listener]) => listener)).toEqual(add.mock.calls.map(([, listener]) => listener));
  });
});
