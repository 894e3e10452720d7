import { checkData, decodeJson, encodeJson } from '../../src/messaging/payload';

const invalid = expect.objectContaining({ code: 'PAYLOAD_INVALID', retryable: false });
const tooLarge = expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE', retryable: false });

describe('writing and reading', () => {
  test.each([1, 'text', '', true, null, [], {}, { a: ['é', '\u2028', '__proto__'] }, undefined])('%j', (value) => {
    expect(decodeJson('x', encodeJson('x', value, 100), 100)).toEqual(value);
  });

  test('bytes are counted, not characters', () => {
    expect(encodeJson('x', 'é', 4)).toHaveLength(4);
    expect(() => encodeJson('x', 'éé', 5)).toThrow(tooLarge);
    expect(() => decodeJson('x', Buffer.from('"éé"'), 5)).toThrow(tooLarge);
  });

  test('members named __proto__ are refused on both sides, however they are spelled, and the text is not', () => {
    const nested = JSON.parse('{"a":[{"__proto__":1}]}') as unknown;
    expect(() => encodeJson('x', nested, 100)).toThrow(invalid);
    for (const text of ['{"__proto__":{}}', '[{"\\u005f_proto__":1}]', '{"__\\u0070roto__":1}']) {
      expect(() => decodeJson('x', Buffer.from(text), 100)).toThrow(invalid);
    }
    expect(decodeJson('x', Buffer.from('{"a":"__proto__","b":"\\u005f"}'), 100)).toEqual({ a: '__proto__', b: '_' });
  });

  test.each(['{', 'nothing', '{"a":1}x', 'NaN', '\u0000'])('what is not JSON is refused: %p', (text) => {
    expect(() => decodeJson('the event a.b', Buffer.from(text), 100)).toThrow(invalid);
    expect(() => decodeJson('the event a.b', Buffer.from(text), 100)).toThrow('the event a.b: its data is not JSON.');
  });

  test('what is not UTF-8 is refused, and a byte order mark is skipped', () => {
    expect(() => decodeJson('x', Buffer.from([0x22, 0xe9, 0x22]), 100)).toThrow('not UTF-8');
    expect(decodeJson('x', Buffer.from('\ufeff{"a":1}'), 100)).toEqual({ a: 1 });
  });

  test('what is nested very deep does no harm: a text is told from a member there, too', () => {
    const deep = (inner: string): Buffer => Buffer.from(`${'['.repeat(200_000)}${inner}${']'.repeat(200_000)}`);
    expect(() => decodeJson('x', deep('{"__proto__":1}'), 1_000_000)).toThrow(invalid);
    let inmost = decodeJson('x', deep('"__proto__"'), 1_000_000);
    while (Array.isArray(inmost)) [inmost] = inmost as unknown[];
    expect(inmost).toBe('__proto__');
    expect(() => decodeJson('x', deep('"__proto__"'), 1_000)).toThrow('bytes, and 1000 are allowed');
  });
});

describe('checking', () => {
  const schema = (validate: (value: unknown) => never) => ({
    '~standard': { version: 1 as const, vendor: 'test', validate },
  });

  test('without a schema anything goes', () => {
    expect(checkData('x', 1n, undefined)).toBe(1n);
  });

  test('many faults are cut short', () => {
    const issues = Array.from({ length: 500 }, (_, n) => ({ message: 'no', path: [n] }));
    const check = (): unknown =>
      checkData(
        'x',
        1,
        schema(() => ({ issues }) as never),
      );
    expect(check).toThrow('x: its data is not valid. /0: no');
    const listed = Array.from({ length: 100 }, (_, n) => ({ pointer: `/${n}`, detail: 'no' }));
    expect(check).toThrow(expect.objectContaining({ details: { errors: listed } }));
  });

  test('a schema that names no fault is refused all the same', () => {
    expect(() =>
      checkData(
        'x',
        1,
        schema(() => ({ issues: [] }) as never),
      ),
    ).toThrow(invalid);
    expect(() =>
      checkData(
        'x',
        1,
        schema(() => ({ issues: [{ message: 'no' }] }) as never),
      ),
    ).toThrow('/: no');
  });
});
