import { parseRegistry } from '../../../src/discovery/eureka/parse-registry';
import { info } from './support/fake-eureka';

const registry = (application: unknown): unknown => ({ applications: { versions__delta: '1', application } });
const ids = (value: unknown): string[] => parseRegistry(value).listed.map(({ instance }) => instance.id);

test('lists, and single members that stand for lists', () => {
  const [a, b] = [info('stock', 'a'), info('stock', 'b')];
  expect(ids(registry([{ name: 'STOCK', instance: [a, b] }]))).toEqual(['a', 'b']);
  expect(ids(registry({ name: 'STOCK', instance: a }))).toEqual(['a']);
  expect(
    ids(
      registry([
        { name: 'STOCK', instance: a },
        { name: 'OTHER', instance: [info('other', 'x')] },
      ]),
    ),
  ).toEqual(['a', 'x']);
});

test.each<[string, unknown]>([
  ['an empty list', registry([])],
  ['no list', registry(undefined)],
  ['null for a list', registry(null)],
  ['an application without instances', registry([{ name: 'STOCK' }])],
])('%s is an empty registry', (_, value) => {
  expect(parseRegistry(value)).toEqual({ listed: [], skipped: 0 });
});

test.each<[string, unknown]>([
  ['null', null],
  ['a number', 7],
  ['a text', '<html>'],
  ['a list', []],
  ['an object', {}],
  ['applications null', { applications: null }],
  ['applications a list', { applications: [] }],
  ['an inherited member', Object.create({ applications: {} })],
])('%s is no registry', (_, value) => {
  expect(() => parseRegistry(value)).toThrow(expect.objectContaining({ code: 'PAYLOAD_INVALID', retryable: false }));
});

test('what cannot be called is skipped and counted, the rest is used', () => {
  const parsed = parseRegistry(
    registry([
      null,
      'x',
      { instance: [info('stock', 'a'), null, info('stock', 'b', { port: { $: 0 } }), 5, { app: 'STOCK' }] },
    ]),
  );
  expect(parsed.listed.map(({ instance }) => instance.id)).toEqual(['a']);
  expect(parsed.skipped).toBe(4);
});

test('two instances of one host and port are two; one named twice is one', () => {
  const twin = { hostName: 'h' };
  const parsed = [
    info('stock', 'a', twin),
    info('stock', 'b', twin),
    info('stock', 'a', twin),
    info('other', 'a', twin),
  ];
  expect(ids(registry([{ name: 'STOCK', instance: parsed }]))).toEqual(['a', 'b', 'a']);
});

test('names of object members are names like others', () => {
  const apps = ['constructor', '__proto__', 'hasOwnProperty'].map((name) => ({ name, instance: info(name, name) }));
  expect(ids(registry(apps))).toEqual(['constructor', '__proto__', 'hasOwnProperty']);
});
