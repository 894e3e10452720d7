import { KeelsonError } from '../../src/core';
import { isHopeless } from '../../src/messaging/hopeless';

const error = (code: string, retryable: boolean, details = {}): KeelsonError =>
  new KeelsonError(code, 'x', { retryable, details });

test.each([
  ['an error of the handler that says so', error('ADDRESS_REFUSED', false)],
  ['an error of any other kind that says so', Object.assign(new Error('x'), { retryable: false })],
  ['a plain object that says so', { retryable: false }],
  ['an answer that is the caller’s fault', error('HTTP_STATUS', false, { status: 404 })],
  ['data that is not valid', error('PAYLOAD_INVALID', false)],
])('hopeless: %s', (_what, given) => {
  expect(isHopeless(given)).toBe(true);
});

test.each([
  ['an error that says nothing', new Error('x')],
  ['an error that may be repeated', error('TIMEOUT', true)],
  ['a call whose outcome nobody knows', error('TIMEOUT', false, { outcome: 'unknown' })],
  ['a POST that a server failed at', error('HTTP_STATUS', false, { status: 503 })],
  ['a POST that came too early', error('HTTP_STATUS', false, { status: 429 })],
  ['a command that nobody handles just now', error('PUBLISH_UNROUTABLE', false)],
  ['nothing', undefined],
  ['a text', 'x'],
  ['null', null],
])('not hopeless: %s', (_what, given) => {
  expect(isHopeless(given)).toBe(false);
});
