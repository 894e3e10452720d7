import { Fingerprint } from '../../src/messaging/fingerprint';

function of(print: Fingerprint, text: string): readonly number[] {
  print.read(text);
  return [print.a, print.b, print.c];
}

test('the same text has the same fingerprint, whatever was read between', () => {
  const print = new Fingerprint();
  const first = of(print, 'order.placed/billing/shop/1');
  expect(of(print, 'other')).not.toEqual(first);
  expect(of(print, ['order.placed/billing/', 'shop/1'].join(''))).toEqual(first);
  expect(of(print, 'order.placed/billing/shop/1')).toEqual(first);
});

test('others have another seed', () => {
  expect(of(new Fingerprint(), 'a')).not.toEqual(of(new Fingerprint(), 'a'));
});

test.each([
  ['', '\u0000'],
  ['a', 'a\u0000'],
  ['ab', 'ba'],
  ['a\u0100', 'a\u0001'],
  ['\u0100a', '\u0000a'],
  ['shop/1', 'shop/2'],
  ['aaaa', 'aaaaaa'],
])('%p and %p are told apart', (one, other) => {
  const print = new Fingerprint();
  expect(of(print, one)).not.toEqual(of(print, other));
});

test('each bit of each number is set for half of the texts, and each number differs for nearly all', () => {
  const print = new Fingerprint();
  const texts = Array.from({ length: 20_000 }, (_, i) => `order.placed/billing/shop/${i}`);
  const prints = texts.map((text) => of(print, text));
  for (const part of [0, 1, 2]) {
    const numbers = prints.map((one) => one[part] as number);
    for (let bit = 0; bit < 32; bit++) {
      const set = numbers.filter((number) => (number >>> bit) & 1).length / texts.length;
      // Ten standard deviations of a fair coin.
      expect(Math.abs(set - 0.5)).toBeLessThan(0.036);
    }
    expect(new Set(numbers).size).toBeGreaterThan(texts.length - 20);
  }
});

test('its parts do not go together', () => {
  const print = new Fingerprint();
  const prints = Array.from({ length: 20_000 }, (_, i) => of(print, `shop/${i}`));
  for (const [one, other] of [
    [0, 1],
    [1, 2],
    [0, 2],
  ] as const) {
    for (let bit = 0; bit < 32; bit++) {
      const same = prints.filter((p) => (((p[one] as number) ^ (p[other] as number)) >>> bit) & 1).length;
      expect(Math.abs(same / prints.length - 0.5)).toBeLessThan(0.036);
    }
  }
});
