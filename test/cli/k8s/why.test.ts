import { plainOf, why } from '../../../src/cli/k8s/why';

test('a tree without its reasons, and without what is undefined', () => {
  const tree = { a: why(1, 'one'), b: undefined, c: [why({ d: why('x', 'inner'), e: undefined }, 'outer')], f: null };
  expect(plainOf(tree)).toEqual({ a: 1, c: [{ d: 'x' }], f: null });
  expect(Object.keys(plainOf(tree) as object)).toEqual(['a', 'c', 'f']);
});
