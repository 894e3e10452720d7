import { requestIdOf } from '../../src/http/request-id';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

test.each(['a', 'A-1_b.c', '0'.repeat(128)])('%p is kept', (id) => {
  expect(requestIdOf(id)).toBe(id);
});

test.each([undefined, '', '0'.repeat(129), 'a b', 'a\n', 'ä', 'a,b', '<script>', '${jndi}', ['a', 'b']])(
  '%p is replaced',
  (id) => {
    expect(requestIdOf(id)).toMatch(uuid);
  },
);

test('a new one is new', () => {
  expect(requestIdOf(undefined)).not.toBe(requestIdOf(undefined));
});
