import { memo } from '../../src/messaging/memo';

test('each type is made once', () => {
  const known = new Map<string, object>();
  const make = jest.fn((type: string) => ({ type }));
  expect(memo(known, 'A', make)).toBe(memo(known, 'A', make));
  expect(make.mock.calls).toEqual([['A']]);
});

test('so many are told apart, and that it went well always', () => {
  const known = new Map<string, string>();
  const made = Array.from({ length: 60 }, (_, n) => memo(known, `E${n}`, (type) => type));
  expect([made[49], made[50], made[59]]).toEqual(['E49', '_OTHER', '_OTHER']);
  expect(memo(known, '', (type) => type)).toBe('');
  expect(known.size).toBe(52);
});
