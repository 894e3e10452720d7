import { type DeathNote } from '../../../src/messaging';
import { DeadLetters } from '../../../src/messaging/memory/dead-letters';
import { sizeOf } from '../../../src/messaging/memory/held';
import { envelope } from './parcels';

const note: DeathNote = { reason: 'failed', code: 'E', message: 'm', stack: undefined, attempts: 5 };
const letter = (id: string, size = 100): { envelope: ReturnType<typeof envelope>; note: DeathNote; time: string } => ({
  envelope: envelope({ id, body: Buffer.alloc(size) }),
  note,
  time: '2026-01-01T00:00:00.000Z',
});
const ids = (dead: DeadLetters): string[] => dead.list().map((one) => one.envelope.id);

test('at the limit of length the oldest go', () => {
  const dead = new DeadLetters({ length: 2, bytes: 1e6 });
  expect(['a', 'b', 'c'].map((id) => dead.add(letter(id)))).toEqual([0, 0, 1]);
  expect(ids(dead)).toEqual(['b', 'c']);
});

test('at the limit of bytes as many go as must, but the newest stays', () => {
  const dead = new DeadLetters({ length: 100, bytes: sizeOf(letter('a').envelope) * 3 });
  for (const id of ['a', 'b', 'c']) expect(dead.add(letter(id))).toBe(0);
  expect(dead.add(letter('d', 300))).toBe(2);
  expect(ids(dead)).toEqual(['c', 'd']);
  expect(dead.add(letter('e', 10_000))).toBe(2);
  expect(ids(dead)).toEqual(['e']);
});

test('some are taken out, the others keep their order', () => {
  const dead = new DeadLetters({ length: 10, bytes: 1e6 });
  for (const id of ['a', 'b', 'c', 'd']) dead.add(letter(id));
  const taken: string[] = [];
  dead.takeOut((one) => {
    if (!['b', 'c'].includes(one.envelope.id)) return false;
    taken.push(one.envelope.id);
    return true;
  });
  expect([taken, ids(dead), dead.length]).toEqual([['b', 'c'], ['a', 'd'], 2]);
});
