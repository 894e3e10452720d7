import { targetOf } from '../../src/client/target';

test.each([
  ['/', undefined, '/'],
  ['/items/7', undefined, '/items/7'],
  ['/items', { page: 2, tag: ['a', 'b&c'], all: true, none: undefined }, '/items?page=2&tag=a&tag=b%26c&all=true'],
  ['/items?x=1', { y: 2 }, '/items?x=1&y=2'],
  ['/items?x=1', {}, '/items?x=1'],
])('%p with %p is %p', (path, query, target) => {
  expect(targetOf(path, query)).toBe(target);
});

test.each(['items', '', '//elsewhere.example/', 'http://elsewhere.example/', '/a b', '/a\r\nx: y', '/a#b', '/é'])(
  'refuses %p',
  (path) => {
    expect(() => targetOf(path, undefined)).toThrow(TypeError);
  },
);
