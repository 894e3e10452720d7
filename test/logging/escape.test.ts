import { quote, toJson, visible } from '../../src/logging/escape';

const hostile = 'a"b\\c\nd\r\u001b[31m\u0000\u007f\u009b\u2028\u2029\u202e\u2066\ud800é😀';

describe('quote', () => {
  test('round-trips everything and leaves no control character in the line', () => {
    expect(JSON.parse(quote(hostile))).toBe(hostile);
    expect(quote(hostile)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
    expect(quote('plain é')).toBe('"plain é"');
  });
});

describe('toJson', () => {
  test('does the same for keys and values at any depth', () => {
    const value = { [hostile]: [hostile, { x: hostile }] };
    expect(JSON.parse(toJson(value))).toEqual(value);
    expect(toJson(value)).not.toMatch(/[\n\u007f-\u009f\u2028\u2029\u202e]/);
    expect(toJson('x')).toBe('"x"');
    expect(toJson(undefined)).toBe('null');
  });
});

describe('visible', () => {
  test('shows controls and keeps the rest', () => {
    expect(visible('a\nb\tc\rd\u001b[0m "q" \\ \u2028')).toBe('a\\nb\\tc\\rd\\u001b[0m "q" \\ \\u2028');
  });
});
