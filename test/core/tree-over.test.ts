import { runInNewContext } from 'node:vm';
import { treeOver } from '../../src/core';

test('what stands above wins, name by name', () => {
  const below = { http: { port: 1, host: 'a' }, log: { level: 'info' } };
  const above = { http: { port: 2 }, own: { key: true } };
  expect(treeOver(below, above)).toEqual({
    http: { port: 2, host: 'a' },
    log: { level: 'info' },
    own: { key: true },
  });
  expect([below.http.port, above.http]).toEqual([1, { port: 2 }]);
});

test('undefined says nothing, null and everything that is no tree replaces', () => {
  const date = new Date(0);
  expect(treeOver({ a: 1, b: { c: 1 }, d: { e: 1 }, f: [1] }, { a: undefined, b: null, d: date, f: [2] })).toEqual({
    a: 1,
    b: null,
    d: date,
    f: [2],
  });
});

test('a tree of another realm is one, too', () => {
  const above = runInNewContext('({ http: { port: 2 } })') as Record<string, unknown>;
  expect(treeOver({ http: { port: 1, host: 'a' } }, above)).toEqual({ http: { port: 2, host: 'a' } });
});

test('names like __proto__ are names', () => {
  const merged = treeOver({}, JSON.parse('{"__proto__":{"polluted":true}}') as Record<string, unknown>);
  expect(Object.hasOwn(merged, '__proto__')).toBe(true);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});
