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
