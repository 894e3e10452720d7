import { eachAttribute, safeRedact } from '../../src/tracing/export-text';
import { SpanAttributes } from '../../src/tracing/span-attributes';

describe('safeRedact', () => {
  test('without a function text stays as it is', () => {
    expect(safeRedact(undefined)('x')).toBe('x');
  });

  test('when redacting fails, the text is not sent', () => {
    const failing = safeRedact(() => {
      throw new Error('x');
    });
    expect(failing('secret')).toBe('[redaction failed]');
    expect(safeRedact(() => undefined as never)('secret')).toBe('[redaction failed]');
  });
});

test('texts are redacted, in lists too; the rest is left alone', () => {
  const attributes = new SpanAttributes({ count: 9, valueLength: 99 }, { a: 's', b: ['s', 1, null], c: 2, d: true });
  const seen: [string, unknown][] = [];
  eachAttribute(
    attributes,
    (text) => `<${text}>`,
    (key, value) => seen.push([key, value]),
  );
  expect(seen).toEqual([
    ['a', '<s>'],
    ['b', ['<s>', 1, null]],
    ['c', 2],
    ['d', true],
  ]);
  eachAttribute(undefined, String, () => {
    throw new Error('there is none');
  });
});
