import { pathOf } from '../../src/http/path';

test.each([
  ['/', '/'],
  ['/a/b', '/a/b'],
  ['/a?token=secret', '/a'],
  ['/a?b=c?d=e', '/a'],
  ['?a', ''],
  ['*', '*'],
  ['//a', '//a'],
  ['http://example.org/a?b', '/a'],
  ['http://user:password@example.org/a/b', '/a/b'],
  ['http://user:password@example.org', '/'],
  ['http://example.org?next=http://other/x', '/'],
  ['/redirect/http://example.org/x', '/redirect/http://example.org/x'],
])('the path of %p is %p', (url, path) => {
  expect(pathOf(url)).toBe(path);
});
