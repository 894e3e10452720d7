import { propagation } from '@opentelemetry/api';
import { formatBaggage, parseBaggage } from '../../src/tracing/baggage';

function read(header: string): Record<string, string> | undefined {
  const baggage = parseBaggage(header);
  return baggage && Object.fromEntries(baggage.getAllEntries().map(([key, entry]) => [key, entry.value]));
}

const cases: readonly (readonly [why: string, header: string, out: Record<string, string> | undefined])[] = [
  ['members', 'userId=alice,isProduction=false', { userId: 'alice', isProduction: 'false' }],
  ['blanks', ' userId =   alice ,\tserverNode = DF%2028 ', { userId: 'alice', serverNode: 'DF 28' }],
  ['percent-encoded UTF-8', 'user=%C3%A4', { user: 'ä' }],
  ['broken percent-encoding goes alone', 'a=%zz,b=2', { b: '2' }],
  ['broken UTF-8 goes alone', 'a=%ff,b=2', { b: '2' }],
  ['an equals sign in the value', 'a=b=c', { a: 'b=c' }],
  ['an empty value', 'a=', { a: '' }],
  ['no equals sign', 'a,b=2', { b: '2' }],
  ['no key', '=1,b=2', { b: '2' }],
  ['a key that is no token', 'a b=1,c(d)=2,e=3', { e: '3' }],
  ['a quote in the value', 'a="1",b=2', { b: '2' }],
  ['a letter beyond ASCII', 'a=ä,b=2', { b: '2' }],
  ['one key twice: the later counts', 'a=1,a=2', { a: '2' }],
  ['nothing', '', undefined],
  ['commas', ',,,', undefined],
];

describe('reading baggage', () => {
  test.each(cases)('%s', (_why, header, out) => {
    expect(read(header)).toEqual(out);
  });

  test('properties travel', () => {
    const baggage = parseBaggage('key1=value1;property1;p2 = x , key2=2;"bad"');
    expect(baggage?.getEntry('key1')?.metadata?.toString()).toBe('property1;p2 = x');
    expect(baggage?.getEntry('key2')?.metadata).toBeUndefined();
    expect(baggage && formatBaggage(baggage)).toBe('key1=value1;property1;p2 = x,key2=2');
  });

  test('a name of every object is a key like others', () => {
    const baggage = parseBaggage('__proto__=1,constructor=2');
    expect(baggage?.getEntry('__proto__')?.value).toBe('1');
    expect(({} as Record<string, unknown>).value).toBeUndefined();
  });

  test('64 members are taken, whatever comes', () => {
    const header = Array.from({ length: 100 }, (_, i) => `k${i}=${i}`).join(',');
    expect(Object.keys(read(header) ?? {})).toHaveLength(64);
  });

  test('8,192 bytes are taken, in whole members', () => {
    const member = (i: number): string => `k${i}=${'x'.repeat(1000)}`;
    const taken = read(Array.from({ length: 64 }, (_, i) => member(i)).join(',')) ?? {};
    expect(Object.keys(taken)).toHaveLength(8);
    expect(read(`a=${'x'.repeat(65_536)}`)).toBeUndefined();
  });
});

describe('writing baggage', () => {
  test('encodes', () => {
    const baggage = propagation.createBaggage({ user: { value: 'ä b,c;d="e"' } });
    expect(formatBaggage(baggage)).toBe('user=%C3%A4%20b%2Cc%3Bd%3D%22e%22');
  });

  test('leaves out what is not valid, and properties that would forge members', () => {
    const metadata = { toString: () => 'a,forged=1' } as never;
    const baggage = propagation.createBaggage({
      'not a token': { value: '1' },
      half: { value: '\ud800' },
      number: { value: 7 as never },
      ok: { value: '1', metadata },
    });
    expect(formatBaggage(baggage)).toBe('ok=1');
  });

  test('never more than 64 members or 8,192 bytes', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, { value: 'x' }]));
    expect(formatBaggage(propagation.createBaggage(many)).split(',')).toHaveLength(64);
    const large = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`k${i}`, { value: 'x'.repeat(500) }]));
    const header = formatBaggage(propagation.createBaggage(large));
    expect(header.length).toBeLessThanOrEqual(8192);
    expect(header.length).toBeGreaterThan(7500);
  });
});
