import { KeelsonError } from '../../src/core';
import { connectionFailed, isStaleConnection, noInstance, tooLarge } from '../../src/client/failures';

const failing = (code: string): Error => Object.assign(new Error('it failed'), { code });
const sent = { sent: true, answered: false, idempotent: true };

test('what was never sent may be tried again, whatever it is', () => {
  const cause = failing('ECONNREFUSED');
  const error = connectionFailed(cause, { sent: false, answered: false, idempotent: false });
  expect(error).toMatchObject({
    code: 'CONNECTION_FAILED',
    message: 'No connection could be made (ECONNREFUSED).',
    retryable: true,
    details: { reason: 'ECONNREFUSED' },
    cause,
  });
});

test('of what was sent nobody knows what became', () => {
  expect(connectionFailed(failing('ECONNRESET'), { ...sent, idempotent: false })).toMatchObject({
    message: 'The connection broke before an answer (ECONNRESET).',
    retryable: false,
    details: { reason: 'ECONNRESET', outcome: 'unknown' },
  });
  expect(connectionFailed(failing('ECONNRESET'), { ...sent, answered: true })).toMatchObject({
    message: 'The connection broke amid the answer (ECONNRESET).',
    retryable: true,
  });
});

test('of several addresses the first one counts', () => {
  const error = new AggregateError([failing('ECONNREFUSED'), failing('ENETUNREACH')]);
  expect(connectionFailed(error, { ...sent, sent: false })).toMatchObject({ details: { reason: 'ECONNREFUSED' } });
});

test('errors of ours pass, misuse is a TypeError', () => {
  const own = new KeelsonError('TIMEOUT', 'late', { retryable: true });
  expect(connectionFailed(own, sent)).toBe(own);
  expect(connectionFailed(failing('UND_ERR_INVALID_ARG'), sent)).toBeInstanceOf(TypeError);
});

test.each([
  ['ECONNRESET', true, true],
  ['EPIPE', true, true],
  ['UND_ERR_SOCKET', true, true],
  ['ECONNREFUSED', true, false],
  ['ECONNRESET', false, false],
])('%s, sent %p: stale %p', (code, wasSent, stale) => {
  expect(isStaleConnection(connectionFailed(failing(code), { ...sent, sent: wasSent }))).toBe(stale);
});

test('other errors are not stale', () => {
  expect(isStaleConnection(new Error('x'))).toBe(false);
});

test('says what is too large, and whom it did not find', () => {
  expect(tooLarge(10).message).toBe('The answer has more than 10 bytes; 10 are allowed (maxResponse).');
  expect(tooLarge(10, 70).message).toBe('The answer has 70 bytes; 10 are allowed (maxResponse).');
  expect(noInstance('a', false).message).toContain('The registry has not answered yet.');
  expect(noInstance('a', true)).toMatchObject({ code: 'NO_INSTANCE', retryable: true, details: { service: 'a' } });
});
