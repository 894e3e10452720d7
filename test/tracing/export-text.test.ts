import { eachAttribute, safeRedact } from '../../src/tracing/export-text';
import { SpanAttributes } from '../../src/tracing/span-attributes';

describe('safeRedact', () => {
  test('without a function text stays as it is', () => {
    expect(safeRedact(undefined).value('x')).toBe('x');
  });

  test('when redacting fails, the text is not sent', () => {
    const failing = safeRedact(() => {
      throw new Error('x');
    });
    expect(failing.value('secret')).toBe('[redaction failed]');
    expect(safeRedact(() => undefined as never).value('secret')).toBe('[redaction failed]');
  });
});

test('names are redacted once', () => {
  let asked = 0;
  const text = safeRedact((name) => `${name}${++asked}`);
  expect(text.name('a')).toBe('a1');
  expect(text.name('a')).toBe('a1');
  for (let i = 0; i < 2_000; i++) text.name(`b${i}`);
  expect(text.name('a')).toBe(`a${asked}`);
  expect(asked).toBe(2_002);
  expect(safeRedact(undefined).name('a')).toBe('a');
});

test('texts are redacted, in lists too; the rest is left alone', () => {
  const attributes = new SpanAttributes({ count: 9, valueLength: 99 }, { a: 's', b: ['s', 1, null], c: 2, d: true });
  const seen: [string, unknown][] = [];
  eachAttribute(
    attributes,
    safeRedact((text, of) => (of === undefined ? text : `<${text} of ${of}>`)),
    (key, value) => seen.push([key, value]),
  );
  expect(seen).toEqual([
    ['a', '<s of a>'],
    ['b', ['<s of b>', 1, null]],
    ['c', 2],
    ['d', true],
  ]);
  eachAttribute(undefined, safeRedact(undefined), () => {
    throw new Error('there is none');
  });
});
