import {
  countsByDefault,
  outcomeOfAnswer,
  outcomeOfError,
  outcomeOfGivenUp,
} from '../../src/resilience/circuit-breaker-outcome';
import { FakeClock } from '../support/fake-clock';
import { aCall, keelsonError } from './support/calls';

describe('an error', () => {
  test.each([
    ['TIMEOUT', 'failure'],
    ['CONNECTION_FAILED', 'failure'],
    ['HTTP_STATUS', 'failure'],
    ['INTERNAL', 'failure'],
    ['NOT_FOUND', 'ignored'],
    ['PAYLOAD_INVALID', 'ignored'],
    ['ABORTED', 'ignored'],
    ['DEADLINE_EXCEEDED', 'ignored'],
    ['BULKHEAD_FULL', 'ignored'],
    ['RATE_LIMITED', 'ignored'],
  ])('%s is %s', (code, outcome) => {
    expect(outcomeOfError(aCall(), keelsonError(code), countsByDefault)).toBe(outcome);
  });

  test('of any other kind is a failure', () => {
    expect(outcomeOfError(aCall(), new TypeError('x'), countsByDefault)).toBe('failure');
    expect(outcomeOfError(aCall(), undefined, countsByDefault)).toBe('failure');
  });

  test('is judged by the rule that was given, but for those that never count', () => {
    const rule = jest.fn((error: unknown) => error === 'bad');
    expect(outcomeOfError(aCall(), 'bad', rule)).toBe('failure');
    expect(outcomeOfError(aCall(), keelsonError('TIMEOUT'), rule)).toBe('ignored');
    rule.mockClear();
    expect(outcomeOfError(aCall(), keelsonError('ABORTED'), () => true)).toBe('ignored');
    expect(rule).not.toHaveBeenCalled();
  });

  test('is a failure when the rule throws', () => {
    const rule = (): boolean => {
      throw new Error('rule');
    };
    expect(outcomeOfError(aCall(), 'x', rule)).toBe('failure');
  });
});

test('a call that was given up counts only when a time limit did it', () => {
  expect(outcomeOfGivenUp(keelsonError('TIMEOUT'))).toBe('failure');
  for (const reason of [keelsonError('ABORTED'), keelsonError('DEADLINE_EXCEEDED'), new Error('x'), undefined]) {
    expect(outcomeOfGivenUp(reason)).toBe('ignored');
  }
});

test('it counts as given up, whatever the work throws or answers then', () => {
  const gone = aCall();
  gone.abort(keelsonError('ABORTED'));
  expect(outcomeOfError(gone, new TypeError('socket closed'), countsByDefault)).toBe('ignored');
  expect(outcomeOfAnswer(gone, 0, undefined)).toBe('ignored');
  const late = aCall();
  late.abort(keelsonError('TIMEOUT'));
  expect(outcomeOfAnswer(late, 0, undefined)).toBe('failure');
});

test('an answer is slow when it took longer than said', async () => {
  const clock = new FakeClock();
  const [call, began] = [aCall(clock), clock.now()];
  await clock.advance(100);
  expect(outcomeOfAnswer(call, began, 100)).toBe('success');
  expect(outcomeOfAnswer(call, began, undefined)).toBe('success');
  await clock.advance(1);
  expect(outcomeOfAnswer(call, began, 100)).toBe('slow');
});
