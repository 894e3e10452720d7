import { answerOf, answerToThrown } from '../../src/health/check-answer';
import { plainDetails } from '../../src/health/plain-details';

function unreadable(): never {
  throw new Error('no');
}

const keep = plainDetails((told) => told);

test('nothing means UP, an object without status too', () => {
  expect(answerOf(undefined, keep)).toEqual({ status: 'UP' });
  expect(answerOf({}, keep)).toEqual({ status: 'UP' });
  expect(answerOf({ status: undefined, details: null }, keep)).toEqual({ status: 'UP' });
});

test('a result is taken as it is', () => {
  expect(answerOf({ status: 'OUT_OF_SERVICE', details: { since: 1 } }, keep)).toEqual({
    status: 'OUT_OF_SERVICE',
    details: { since: 1 },
  });
});

test.each([
  [null, 'answered with null instead of a result { status, details }'],
  ['UP', 'answered with a string instead of a result { status, details }'],
  [true, 'answered with a boolean instead of a result { status, details }'],
  [0, 'answered with a number instead of a result { status, details }'],
  [[], 'answered with a list instead of a result { status, details }'],
  [() => undefined, 'answered with a function instead of a result { status, details }'],
  [{ status: 'up' }, 'answered with an unknown status: "up"'],
  [{ status: 200 }, 'answered with an unknown status: 200'],
  [{ status: {} }, 'answered with an unknown status: an object'],
])('garbage is DOWN and says what is wrong: %p', (returned, error) => {
  expect(answerOf(returned, keep)).toEqual({ status: 'DOWN', error });
});

test('an answer whose members cannot be read is DOWN', () => {
  const hostile = {
    get status(): string {
      throw new Error('gone');
    },
  };
  expect(answerOf(hostile, keep)).toEqual({ status: 'DOWN', error: 'answered with something unreadable: gone' });
});

test('details are masked; those that cannot be are not shown', () => {
  expect(JSON.stringify(answerOf({ details: { password: 'hunter2' } }, keep))).not.toContain('hunter2');
  const failing = plainDetails(unreadable);
  expect(answerOf({ status: 'UP', details: { a: 1 } }, failing)).toEqual({ status: 'UP' });
});

test('a throwing check is DOWN with the message and no stack', () => {
  const error = new Error('connect ECONNREFUSED');
  expect(answerToThrown(error, keep)).toEqual({ status: 'DOWN', error: 'connect ECONNREFUSED', thrown: error });
});

test('an error without a message tells its code, else its name', () => {
  expect(answerToThrown(Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }), keep).error).toBe(
    'ECONNREFUSED',
  );
  expect(answerToThrown(new AggregateError([]), keep).error).toBe('AggregateError');
});

test.each([
  ['plain text', 'plain text'],
  ['', 'threw ""'],
  [undefined, 'threw undefined'],
  [null, 'threw null'],
  [42, 'threw 42'],
  [Symbol('s'), 'threw a symbol'],
  [Object.create(null), 'threw an object'],
  [Object.assign(new Error('x'), { message: 7 }), 'failed'],
])('anything can be thrown: %p', (thrown, error) => {
  expect(answerToThrown(thrown, keep)).toMatchObject({ status: 'DOWN', error });
});

test('an error that cannot be read is DOWN all the same', () => {
  const thrown = Object.defineProperty(new Error('x'), 'message', { get: unreadable });
  expect(answerToThrown(thrown, keep)).toMatchObject({ status: 'DOWN', error: 'threw something unreadable' });
});
