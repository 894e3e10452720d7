import { Lanes } from '../../../src/messaging/amqp/lanes';
import { Publication } from '../../../src/messaging/amqp/publication';
import { outgoingOf } from './support/outgoing';

const nothing = (): void => undefined;
const user = (id: string): Publication => new Publication(outgoingOf(id), 0, nothing, nothing);
const copy = (id: string): Publication => new Publication(outgoingOf(id, { urgent: true }), 0, nothing, nothing);

function all(lanes: Lanes, unconfirmed = 0): unknown[] {
  const ids: unknown[] = [];
  for (let one = lanes.next(unconfirmed); one !== undefined; one = lanes.next(unconfirmed))
    ids.push(one.outgoing.properties.messageId);
  return ids;
}

test('what was lost goes first, then copies and what users publish in turns', () => {
  const lanes = new Lanes(100);
  for (const id of ['u1', 'u2', 'u3']) lanes.push(user(id));
  for (const id of ['c1', 'c2']) lanes.push(copy(id));
  lanes.again([user('l1'), copy('l2')]);
  expect(all(lanes)).toEqual(['l1', 'l2', 'u1', 'c1', 'u2', 'c2', 'u3']);
});

test('the last tenth of the window is for copies', () => {
  const lanes = new Lanes(100);
  lanes.push(user('u'));
  lanes.push(copy('c'));
  expect(all(lanes, 90)).toEqual(['c']);
  expect(all(lanes, 100)).toEqual([]);
  expect(all(lanes, 89)).toEqual(['u']);
});

test('what was held goes before the others of its kind', () => {
  const lanes = new Lanes(100);
  lanes.push(user('u2'));
  lanes.release([user('u1'), copy('c')]);
  expect(all(lanes)).toEqual(['u1', 'c', 'u2']);
});

test('suspects go one by one until all are confirmed', () => {
  const lanes = new Lanes(100);
  lanes.again([user('a'), user('b')]);
  lanes.suspect(2);
  expect(all(lanes, 1)).toEqual([]);
  expect(all(lanes, 0)).toEqual(['a', 'b']);
  lanes.confirmed();
  expect(lanes.careful).toBe(true);
  lanes.confirmed();
  lanes.confirmed();
  expect(lanes.careful).toBe(false);
});
