import { cannotListen } from '../../src/http/listen-error';

const failed = (code: string | undefined, message = 'no'): ReturnType<typeof cannotListen> => {
  const cause = Object.assign(new Error(message), code === undefined ? {} : { code });
  return cannotListen({ setting: 'http.port (PORT)', port: 80, host: 'example.invalid', cause });
};

test.each([
  [
    'EADDRINUSE',
    'Port 80 is already in use. Stop the program that has it, or choose another port by http.port (PORT).',
  ],
  ['EACCES', 'Port 80 may not be opened by this user. Choose one above 1023 by http.port (PORT).'],
  ['EADDRNOTAVAIL', 'The address example.invalid is not one of this machine. Choose another by http.host (HTTP_HOST).'],
  [
    'EAFNOSUPPORT',
    'This machine has no addresses of the kind of example.invalid. Choose another by http.host (HTTP_HOST).',
  ],
  ['ENOTFOUND', 'The host example.invalid is not known. Choose another by http.host (HTTP_HOST).'],
  ['EAI_AGAIN', 'The host example.invalid could not be looked up. Choose another by http.host (HTTP_HOST).'],
])('%s says what to do', (code, message) => {
  expect(failed(code)).toMatchObject({
    code: 'START_FAILED',
    message,
    retryable: false,
    details: { setting: 'http.port (PORT)', port: 80, host: 'example.invalid' },
    cause: { code },
  });
});

test.each([undefined, 'ESTRANGE', 'constructor'])('%p says at least what happened', (code) => {
  expect(failed(code, 'strange').message).toBe('Cannot listen on example.invalid port 80 (http.port (PORT)): strange.');
});
