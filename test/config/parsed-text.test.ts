import { pathId, positionAt } from '../../src/config/parsed-text';

test('lines and columns begin at 1', () => {
  const text = 'ab\ncd\n';
  expect(positionAt(text, 0)).toEqual({ line: 1, column: 1 });
  expect(positionAt(text, 4)).toEqual({ line: 2, column: 2 });
  expect(positionAt(text, 6)).toEqual({ line: 3, column: 1 });
});

test('paths that read alike are told apart', () => {
  expect(pathId(['a.b'])).not.toBe(pathId(['a', 'b']));
});
