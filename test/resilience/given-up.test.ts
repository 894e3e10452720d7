import { givenUp } from '../../src/resilience/given-up';
import { aCall, keelsonError } from './support/calls';

test('an error of the chassis is what the call was given up with', () => {
  const call = aCall();
  const reason = keelsonError('TIMEOUT');
  call.abort(reason);
  expect(givenUp(call)).toBe(reason);
});

test('anything else becomes the cause of ABORTED', () => {
  const reason = new Error('tab closed');
  expect(givenUp(aCall(undefined, AbortSignal.abort(reason)))).toMatchObject({
    code: 'ABORTED',
    retryable: false,
    cause: reason,
  });
});
