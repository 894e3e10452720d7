import { Fingerprint } from '../../src/messaging/fingerprint';
import { FingerprintTable } from '../../src/messaging/fingerprint-table';

const print = new Fingerprint();
function of(text: string): Fingerprint {
  print.read(text);
  return print;
}

test('keeps a number for each, while it grows', () => {
  const table = new FingerprintTable();
  for (let i = 0; i < 10_000; i++) table.set(of(`id ${i}`), i);
  for (let i = 0; i < 10_000; i += 2) table.set(of(`id ${i}`), -i);
  expect(table.size).toBe(10_000);
  for (let i = 0; i < 10_000; i++) expect(table.get(of(`id ${i}`))).toBe(i % 2 === 0 ? -i : i);
  expect(table.get(of('id 10000'))).toBeUndefined();
});

test('finds its way past others that want the same slot, and around the end', () => {
  const table = new FingerprintTable();
  const made = (a: number, b: number): Fingerprint => Object.assign(new Fingerprint(), { a, b, c: 7 });
  // All of them want the last slot of 256.
  for (let i = 0; i < 100; i++) table.set(made(255, i), i);
  expect(table.size).toBe(100);
  for (let i = 0; i < 100; i++) expect(table.get(made(255, i))).toBe(i);
  expect(table.get(made(255, 100))).toBeUndefined();
  expect(table.get(made(511, 0))).toBeUndefined();
});

test('adds what another has and it has not', () => {
  const [table, other] = [new FingerprintTable(), new FingerprintTable()];
  table.set(of('both'), 1);
  other.set(of('both'), 2);
  for (let i = 0; i < 1_000; i++) other.set(of(`id ${i}`), i);
  table.add(other, (value) => value % 2 === 0);
  expect(table.size).toBe(501);
  expect([table.get(of('both')), table.get(of('id 4')), table.get(of('id 5'))]).toEqual([1, 4, undefined]);
});
