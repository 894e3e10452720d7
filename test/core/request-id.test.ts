import { isRequestId } from '../../src/core';

test.each(['a', 'req-7', 'A.b_c-9', 'x'.repeat(128)])('%s is one', (text) => {
  expect(isRequestId(text)).toBe(true);
});

test.each(['', 'a b', 'a\nb', 'ä', 'x'.repeat(129), undefined, 7, ['a']])('%j is none', (text) => {
  expect(isRequestId(text)).toBe(false);
});
