import { KeelsonError } from '../../src/core';
import { codeOf, deathNote, safely } from '../../src/messaging/death-note';

const asIs = (text: string): string => text;
const note = (error: unknown, redact = asIs) => deathNote('failed', error, 3, redact);

test('says what an error was', () => {
  const error = new KeelsonError('MINE', 'no', { retryable: false });
  expect(note(error)).toEqual({
    reason: 'failed',
    code: 'MINE',
    message: 'no',
    stack: expect.stringMatching(/^KeelsonError: no\n|^Error: no\n/),
    attempts: 3,
  });
});

test.each([
  ['text', '_OTHER', 'text'],
  [undefined, '_OTHER', 'undefined'],
  [Symbol('s'), '_OTHER', 'Symbol(s)'],
  [{ message: 'no', code: 'E_MINE' }, 'E_MINE', 'no'],
  [{ a: 1 }, '_OTHER', '[object Object]'],
  [Object.assign(new Error('x'), { message: 7 }), 'Error', expect.any(String)],
  [Object.create(null), '_OTHER', 'What was thrown cannot be shown.'],
])('also of what is none: %p', (thrown, code, message) => {
  expect(note(thrown)).toMatchObject({ code, message });
});

test('is masked, then cut: 1 kB and 4 kB, by bytes and whole characters', () => {
  const error = new Error(`token=hunter2 ${'€'.repeat(5_000)}`);
  const { message, stack = '' } = note(error, (text) => text.replaceAll('hunter2', '***'));
  expect(message).toMatch(/^token=\*\*\* €+\.\.\.$/);
  expect(Buffer.byteLength(message)).toBeGreaterThan(1_018);
  expect(Buffer.byteLength(message)).toBeLessThanOrEqual(1_024);
  expect(Buffer.byteLength(stack)).toBeLessThanOrEqual(4_096);
  expect(message + stack).not.toMatch(/hunter2|\ufffd/);
  expect(note(new Error('x'.repeat(1_024))).message).toHaveLength(1_024);
});

test('shows nothing where it cannot be masked', () => {
  const failing = (): never => {
    throw new Error('no');
  };
  expect(note(new Error('hunter2'), failing)).toMatchObject({
    message: 'What was thrown cannot be shown.',
    stack: undefined,
  });
});

test('what throws when it is looked at does no harm', () => {
  const refuse = (): never => {
    throw new Error('do not look');
  };
  expect(note(new Proxy({}, { get: refuse, has: refuse }))).toMatchObject({ code: '_OTHER', stack: undefined });
  const odd = {
    name: 'Odd',
    get message() {
      return refuse();
    },
    get stack() {
      return refuse();
    },
    toString: refuse,
  };
  expect(note(odd)).toMatchObject({ code: 'Odd', message: 'What was thrown cannot be shown.', stack: undefined });
  expect(safely(refuse, 1)).toBe(1);
});

test.each([
  [{ code: 'ECONNRESET' }, 'ECONNRESET'],
  [{ code: 11_000, name: 'MongoError' }, 'MongoError'],
  [new TypeError('no'), 'TypeError'],
  [{ code: 'with blanks' }, '_OTHER'],
  [{ code: 'x'.repeat(65) }, '_OTHER'],
  [{ code: 'a\nb' }, '_OTHER'],
  [null, '_OTHER'],
  ['E', '_OTHER'],
])('the code of %p is %s', (error, code) => {
  expect(codeOf(error)).toBe(code);
});
