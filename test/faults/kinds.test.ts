import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { portFacts } from '../../src/faults/kinds';

test('each port has kinds of its own, and only answers have a status', () => {
  const kinds = Object.entries(portFacts).flatMap(([port, facts]) =>
    Object.entries(facts.kinds).map(([kind, facts]) => [`${port} ${kind}`, facts] as const),
  );
  expect(kinds).toHaveLength(23);
  expect(kinds.filter(([, facts]) => 'status' in facts).map(([name]) => name)).toEqual([
    'http status',
    'client status',
  ]);
});

test('where being late is the fault, it has a delay of its own; a hang has none to give', () => {
  expect(portFacts.http.kinds.delay.delayMs).toBe(1_000);
  expect(portFacts.registry.kinds.slow.delayMs).toBe(1_000);
  expect(portFacts.client.kinds.hang.delayMs).toBeUndefined();
});

/** The rows of the table under "The faults" in docs/faults.md: port, kind and what its delay column says. */
function documented(): string[] {
  const page = readFileSync(join(__dirname, '../../docs/faults.md'), 'utf8');
  const rows = page.slice(page.indexOf('## The faults')).matchAll(/^\|([^|]*)\| `([a-z-]+)` \|([^|]*)\|/gm);
  let port = '';
  return [...rows].map(([, first = '', kind, delay = '']) => {
    port = /`([a-z]+)`/.exec(first)?.[1] ?? port;
    return `${port} ${kind}: ${/^\d+$/.test(delay.trim()) ? delay.trim() : delay.trim() === '' ? 'none' : '0'}`;
  });
}

test('the guide lists every one of them, with its delay', () => {
  const real = Object.entries(portFacts).flatMap(([port, { kinds }]) =>
    Object.entries(kinds).map(([kind, { delayMs }]) => `${port} ${kind}: ${delayMs ?? 'none'}`),
  );
  expect(documented()).toEqual(real);
});
