import { isKeelsonError } from '../../src/core';
import { jsonParser } from '../../src/http/parse-json';

const parse = jsonParser();

function refusal(body: string | Buffer): string {
  try {
    parse(Buffer.from(body as string));
  } catch (error) {
    if (!isKeelsonError(error, 'BAD_REQUEST')) throw error;
    return error.message;
  }
  return '';
}

test.each([
  ['{"a":[1,{"b":null}]}', { a: [1, { b: null }] }],
  [' [1] ', [1]],
  ['\ufeff{"a":1}', { a: 1 }],
  ['', {}],
  ['{"a":"\\u00e4 \\u2028"}', { a: 'ä \u2028' }],
  ['{"a":"__proto__"}', { a: '__proto__' }],
  ['{"a":"\\u005f_proto__","b":["__proto__"]}', { a: '__proto__', b: ['__proto__'] }],
  ['{"_proto__":1,"constructor":2}', { _proto__: 1, constructor: 2 }],
])('reads %p', (text, value) => {
  expect(parse(Buffer.from(text))).toEqual(value);
});

test.each([
  '{',
  '{"a":}',
  "{'a':1}",
  '{"a":1}}',
  '{"a":1,}',
  '[1,]',
  '{"a":01}',
  '{a:1}',
  '\u0000',
  '{"a":"\n"}',
  'undefined',
  '{"a":NaN}',
])('refuses %p, and does not repeat it', (text) => {
  expect(refusal(text)).toMatch(/^The body is not valid JSON( \(position \d+\))?\.$/);
});

test.each(['1', '"text"', 'null', 'true'])('refuses %s, which is neither an object nor an array', (text) => {
  expect(refusal(text)).toBe('A JSON body is an object or an array.');
});

test.each([
  '{"__proto__":{"admin":true}}',
  '{"a":[{"b":{"__proto__":1}}]}',
  '{"\\u005f_proto__":1}',
  '{"\\u005F\\u005f\\u0070\\u0072\\u006F\\u0074\\u006f\\u005f\\u005f":1}',
  '{"__\\u0070roto__":1}',
  '[[{"\\u005f_proto_\\u005f":null}]]',
])('refuses %s', (text) => {
  expect(refusal(text)).toBe('The body has a member named __proto__.');
});

test('finds it however deep', () => {
  const depth = 100_000;
  expect(refusal(`${'['.repeat(depth)}{"__proto__":1}${']'.repeat(depth)}`)).toBe(
    'The body has a member named __proto__.',
  );
});

test.each([
  Buffer.from([0x7b, 0xff, 0x7d]),
  Buffer.from('{"a":"\u00e4"}', 'latin1'),
  Buffer.from('{"a":1}', 'utf16le'),
])('refuses what is not UTF-8 JSON', (bytes) => {
  expect(refusal(bytes)).toMatch(/not UTF-8|not valid JSON/);
});
