import { causedBy, judged } from '../../src/resilience/caused-by';

const first = new Error('first');

test('the later error says what it came of, and stays itself', () => {
  const later = new Error('later');
  expect(causedBy(later, first)).toBe(later);
  expect(later.cause).toBe(first);
  expect(Object.keys(later)).toEqual([]);
});

test('leaves alone what has a cause, cannot be written to or is no error', () => {
  const own = new Error('later', { cause: 'own' });
  const frozen = Object.freeze(new Error('frozen'));
  expect((causedBy(own, first) as Error).cause).toBe('own');
  expect(causedBy(frozen, first)).toBe(frozen);
  expect(frozen.cause).toBeUndefined();
  expect(causedBy('text', first)).toBe('text');
  expect(causedBy(undefined, first)).toBeUndefined();
});

test('makes no circle of causes', () => {
  const root = new Error('root');
  const middle = new Error('middle', { cause: root });
  const top = new Error('top', { cause: middle });
  expect(causedBy(root, top)).toBe(root);
  expect(root.cause).toBeUndefined();
  expect(causedBy(first, first)).toBe(first);
  expect(first.cause).toBeUndefined();
});

test('a question that fails says about which error', () => {
  expect(judged((error, more: number) => error === first && more === 2, first, 2)).toBe(true);
  const bug = new TypeError('bug');
  expect(() =>
    judged(() => {
      throw bug;
    }, first),
  ).toThrow(bug);
  expect(bug.cause).toBe(first);
});
