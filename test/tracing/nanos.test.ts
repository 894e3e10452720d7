import { epochMs, nanosText } from '../../src/tracing/nanos';

describe('nanosText', () => {
  test.each([
    [1_700_000_000_000, '1700000000000000000'],
    [1_700_000_000_000.5, '1700000000000500000'],
    [1_700_000_000_123.25, '1700000000123250000'],
    [1_700_000_000_000.001, '1700000000000000977'],
    [0.000001, '0000001'],
    [1.9999999, '2000000'],
  ])('%d', (ms, text) => {
    expect(nanosText(ms)).toBe(text);
  });

  test('is exact to the last bit of the clock', () => {
    for (let i = 0; i < 4096; i += 7) {
      const ms = 1_760_000_000_000 + i / 4096;
      expect(BigInt(nanosText(ms)) - 1_760_000_000_000_000_000n).toBe(BigInt(Math.round((i / 4096) * 1e6)));
    }
  });
});

describe('epochMs', () => {
  test('takes what the API takes', () => {
    expect(epochMs(1_700_000_000_000)).toBe(1_700_000_000_000);
    expect(epochMs(new Date(1_700_000_000_000))).toBe(1_700_000_000_000);
    expect(epochMs([1_700_000_000, 500_000_000])).toBe(1_700_000_000_500);
    expect(epochMs(12.5)).toBe(performance.timeOrigin + 12.5);
  });

  test.each([[undefined], [null], ['now'], [Number.NaN], [new Date(Number.NaN)], [{}], [Infinity], [['a', 'b']], [[]]])(
    'takes nothing else: %p',
    (time) => {
      expect(epochMs(time)).toBeUndefined();
    },
  );
});
