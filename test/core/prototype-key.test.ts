import { namesPrototype } from '../../src/core';

const deep = (inner: string): string => `${'['.repeat(50_000)}${inner}${']'.repeat(50_000)}`;

test.each([
  ['a member', '{"__proto__":1}'],
  ['a member further in', '{"a":[{"b":{"__proto__":{}}}]}'],
  ['one that is spelled with escapes', '{"\\u005f_proto_\\u005f":1}'],
  ['one in the depth', deep('{"__proto__":1}')],
])('found: %s', (_what, text) => {
  expect(namesPrototype(text)).toBe(true);
  expect(namesPrototype(text, JSON.parse(text))).toBe(true);
});

test.each([
  ['nothing of the kind', '{"a":1}'],
  ['a text that is called so', '{"a":"__proto__"}'],
  ['other escapes', '{"a":"\\u0001"}'],
  ['null', 'null'],
  ['a text in the depth', deep('"__proto__"')],
])('not found: %s', (_what, text) => {
  expect(namesPrototype(text)).toBe(false);
  expect(namesPrototype(text, JSON.parse(text))).toBe(false);
});
