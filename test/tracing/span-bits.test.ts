import { inheritedBits, spanBits, wireBits } from '../../src/tracing/span-bits';

test('each bit is its own', () => {
  const all = Object.values(spanBits);
  expect(all.reduce((sum, bit) => sum + bit, 0)).toBe(all.reduce((union, bit) => union | bit, 0));
});

test('only the flags of the W3C leave the process', () => {
  expect(wireBits).toBe(0x03);
});

test('a child has no origin and no open decision from its parent', () => {
  expect(inheritedBits & (spanBits.remote | spanBits.undecided | spanBits.sampled)).toBe(0);
});
