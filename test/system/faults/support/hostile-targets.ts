/** A request target, and the statuses that it may be answered with. */
export interface Target {
  readonly target: string;
  readonly expected: readonly number[];
}

function each(expected: readonly number[], ...targets: readonly string[]): Target[] {
  return targets.map((target) => ({ target, expected }));
}

const long = 'a'.repeat(15_000);

export const hostileTargets: readonly Target[] = [
  // Not decodable where a route has a parameter, a file or a name.
  ...each([400], '/item/%', '/item/%ff', '/item/%zz', '/item/%c0%af', '/item/%ed%a0%80', '/item/a%', '/item/%u0041'),
  ...each([400, 404], '/files/%', '/files/%ff', '/files/%zz'),
  ...each([404], '/%', '/%ff', '/%zz', '/%00', '/loggers/%ff', '/%2e%2e', '/%0d%0aSet-Cookie:a=b'),
  // Decodable, and nothing special for it.
  ...each(
    [200],
    '/item/%00',
    '/item/__proto__',
    '/item/constructor',
    '/item/..%2f..%2fetc%2fpasswd',
    '/item/%F0%9F%98%80',
  ),
  ...each([200], '/item/%25', '/item/;/', '/item/a;b=c', `/item/${long}`),
  // Out of the folder.
  ...each(
    [400, 403, 404],
    '/files/../going-away.test.ts',
    '/files/..%2f..%2fsupport/fault.ts',
    '/files/%2e%2e/%2e%2e/etc/passwd',
  ),
  ...each([400, 403, 404], '/files/..%5c..%5cetc%5cpasswd', '/files/....//....//etc/passwd', '/files//etc/passwd'),
  ...each(
    [400, 403, 404],
    '/files/%00',
    '/files/hostile-input.cjs%00.txt',
    '/files/../../../../../../etc/passwd',
    '/files/..;/x',
  ),
  ...each([404], '/../../etc/passwd', '/..%2f..%2fetc/passwd', '/./', '/.', '/..', '/.git/config', '/.env'),
  // Slashes and authorities.
  ...each([200, 404], '//', '///', '/?', '/??', '/?#'),
  ...each([404], '//evil.example', '//evil.example/..', '/\\evil.example', '/a//b', '//livez', '/livez//', `/${long}`),
  ...each([404], 'http://', 'http:///', 'http://a', 'http://user:password@a/x', 'ftp://a/b', '*').map((one) =>
    one.target === 'http://a' || one.target === 'http://' || one.target === 'http:///'
      ? { ...one, expected: [200, 400, 404] }
      : one,
  ),
  // No target at all.
  ...each(
    [400],
    '',
    '?',
    '#',
    '#f',
    'a',
    'http:',
    '://',
    '\\',
    '/a b',
    '/a\tb',
    '/\x7f',
    '/\x01',
    '/\xff\xfe',
    '/\xc3\xa4',
  ),
  // Queries.
  ...each(
    [200],
    '/query?',
    '/query?=',
    '/query?&&&',
    '/query?a',
    '/query?%',
    '/query?a=%',
    '/query?a=%ff',
    '/query?%zz=1',
  ),
  ...each(
    [200],
    '/query?a[b][c]=d',
    '/query?a[]=1&a[]=2',
    `/query?${'a=b&'.repeat(3_500)}`,
    `/query?${'a[b]&'.repeat(2_000)}`,
  ),
  ...each(
    [200],
    `/query?a${'[b]'.repeat(4_000)}=c`,
    '/query?a=\'"<>',
    `/query?${long}`,
    '/query?__proto__=1',
    '/query?a=%00',
  ),
];
