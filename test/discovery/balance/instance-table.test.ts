import { type Instance } from '../../../src/discovery';
import { InstanceTable } from '../../../src/discovery/balance/instance-table';
import { pool } from './simulation';

test('what is remembered belongs to the id, not to the object', () => {
  const table = new InstanceTable(() => ({}));
  const [one, same] = [pool(1)[0] as Instance, pool(1)[0] as Instance];
  expect([table.size, table.has(one)]).toEqual([0, false]);
  expect(table.of(one, 0)).toBe(table.of(same, 1));
  expect([table.size, table.has(one), table.has(same)]).toEqual([1, true, true]);
});

test('instances that come and go are forgotten, those in use are not', () => {
  const table = new InstanceTable(() => ({}));
  const many = pool(10_000);
  const used = table.of(many[0] as Instance, 0);
  many.forEach((one, i) => {
    table.of(one, i * 10_000);
    table.of(many[0] as Instance, i * 10_000);
  });
  expect(table.of(many[0] as Instance, 100_000_000)).toBe(used);
  expect(table.size).toBeLessThan(200);
});
