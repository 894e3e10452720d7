import { chance } from '../../src/faults/chance';

const draws = (seed: number, name: string, count = 10_000): number[] =>
  Array.from({ length: count }, (_, n) => chance(seed, name, n));

test('the same question has the same answer, always', () => {
  expect(draws(7, 'slow', 50)).toEqual(draws(7, 'slow', 50));
  // On every machine and in every version of Node.js.
  expect(chance(1, 'http-delay-1', 1)).toBe(0.24042439460754395);
});

test('another seed, another name and another number have others', () => {
  expect(new Set([chance(1, 'a', 1), chance(2, 'a', 1), chance(1, 'b', 1), chance(1, 'a', 2)]).size).toBe(4);
});

test.each([1, 2, 42])('all tenths come alike (seed %i)', (seed) => {
  const tenths = Array.from({ length: 10 }, () => 0);
  for (const draw of draws(seed, 'http-status-1')) tenths[Math.floor(draw * 10)]! += 1;
  for (const count of tenths) expect(Math.abs(count - 1_000)).toBeLessThan(150); // five times what chance alone explains
});

test('one answer says nothing about the next', () => {
  const all = draws(3, 'client-reset-1');
  const both = all.filter((draw, n) => n > 0 && draw < 0.5 && all[n - 1]! < 0.5).length;
  expect(Math.abs(both - 2_500)).toBeLessThan(220);
});
