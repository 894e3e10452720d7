import { MemberList, parseTraceState } from '../../src/tracing/trace-state';

const members = (count: number): string => Array.from({ length: count }, (_, i) => `bar${i}=${i}`).join(',');
const keyChars = 'abcdefghijklmnopqrstuvwxyz0123456789_-*/';
const valueChars = Array.from({ length: 0x7f - 0x20 }, (_, i) => String.fromCharCode(0x20 + i))
  .filter((char) => char !== ',' && char !== '=')
  .join('');

/** Each header, and how it goes on; undefined means that it is dropped whole. */
const cases: readonly (readonly [why: string, header: string, out: string | undefined])[] = [
  ['two members', 'foo=1,bar=2', 'foo=1,bar=2'],
  ['an equals sign in the value', 'foo=bar=baz', undefined],
  ['an empty value', 'foo=,bar=3', undefined],
  ['no value', 'foo', undefined],
  ['no key', '=1', undefined],
  ['empty', '', undefined],
  ['blanks', ' \t ', undefined],
  ['empty members', 'foo=1,,bar=2,', 'foo=1,bar=2'],
  ['blanks around members', 'foo=1 \t , \t bar=2, \t baz=3', 'foo=1,bar=2,baz=3'],
  ['blanks at both ends', '\t foo=1 \t', 'foo=1'],
  ['a blank at the start of a value', 'foo= 1', 'foo= 1'],
  ['a blank in the key', 'foo =1', undefined],
  ['upper case', 'FOO=1', undefined],
  ['a dot in the key', 'foo.bar=1', undefined],
  ['a key that begins with a digit', '1foo=1', '1foo=1'],
  ['a key that begins with a dash', '-foo=1', undefined],
  ['a tenant', 'foo@bar=1', 'foo@bar=1'],
  ['a tenant that begins with a digit', '0foo@bar=1', '0foo@bar=1'],
  ['nothing behind the @', 'foo@=1,bar=2', undefined],
  ['nothing before the @', '@foo=1,bar=2', undefined],
  ['two @', 'foo@@bar=1,bar=2', undefined],
  ['three parts', 'foo@bar@baz=1,bar=2', undefined],
  ['one key twice', 'foo=1,foo=1', undefined],
  ['one key twice with others', 'foo=1,bar=2,foo=3', undefined],
  ['all characters of a key', `${keyChars}=1`, `${keyChars}=1`],
  ['all characters of a value', `foo=${valueChars}`, `foo=${valueChars}`],
  ['a key of 256', `foo=1,${'z'.repeat(256)}=1`, `foo=1,${'z'.repeat(256)}=1`],
  ['a key of 257', `foo=1,${'z'.repeat(257)}=1`, undefined],
  [
    'a tenant of 241 and a system of 14',
    `${'t'.repeat(241)}@${'v'.repeat(14)}=1`,
    `${'t'.repeat(241)}@${'v'.repeat(14)}=1`,
  ],
  ['a tenant of 242', `foo=1,${'t'.repeat(242)}@v=1`, undefined],
  ['a system of 15', `foo=1,t@${'v'.repeat(15)}=1`, undefined],
  ['a value of 256', `foo=${'v'.repeat(256)}`, `foo=${'v'.repeat(256)}`],
  ['a value of 257', `foo=${'v'.repeat(257)}`, undefined],
  ['a control character', 'foo=\u0001', undefined],
  ['a letter beyond ASCII', 'foo=ä', undefined],
  ['32 members', members(32), members(32)],
  ['33 members', members(33), undefined],
  ['64 kB of one member', `a=${'x'.repeat(65_536)}`, undefined],
  ['64 kB of members', members(6000), undefined],
  ['64 kB of blanks', `a=1${' '.repeat(65_536)}`, undefined],
];

describe('tracestate', () => {
  test.each(cases)('%s', (_why, header, out) => {
    expect(parseTraceState(header)?.serialize()).toBe(out);
  });

  test('above 512 characters whole members go: the long ones first, then from the end', () => {
    const long = `long=${'x'.repeat(150)}`;
    const short = Array.from({ length: 9 }, (_, i) => `k${i}=${'y'.repeat(50)}`);
    const out = parseTraceState([...short.slice(0, 4), long, ...short.slice(4)].join(','))?.serialize();
    expect(out).toBe(short.join(','));
    const many = Array.from({ length: 12 }, (_, i) => `k${i}=${'y'.repeat(50)}`);
    const cut = parseTraceState(many.join(','))?.serialize() ?? '';
    expect(cut.length).toBeLessThanOrEqual(512);
    expect(cut).toBe(many.slice(0, 9).join(','));
  });

  test('hostile blanks are read in linear time', () => {
    const start = performance.now();
    parseTraceState(`a=1${' '.repeat(8000)}x${' '.repeat(8000)}`);
    expect(performance.now() - start).toBeLessThan(100);
  });
});

describe('MemberList', () => {
  const list = parseTraceState('a=1,b=2,c=3') ?? new MemberList();

  test('a changed member moves to the front, and the list itself does not change', () => {
    expect(list.set('b', '9').serialize()).toBe('b=9,a=1,c=3');
    expect(list.set('new', 'x').serialize()).toBe('new=x,a=1,b=2,c=3');
    expect(list.serialize()).toBe('a=1,b=2,c=3');
  });

  test('reads and removes', () => {
    expect(list.get('b')).toBe('2');
    expect(list.get('x')).toBeUndefined();
    expect(list.unset('b').serialize()).toBe('a=1,c=3');
  });

  test('takes no key or value that is not valid', () => {
    expect(list.set('B', '1')).toBe(list);
    expect(list.set('b', '1,2')).toBe(list);
    expect(list.set('b', '')).toBe(list);
  });

  test('the last gives way to a 33rd', () => {
    const full = parseTraceState(members(32)) ?? new MemberList();
    const more = full.set('new', '1');
    expect(more.get('bar31')).toBeUndefined();
    expect(more.get('bar30')).toBe('30');
  });
});
