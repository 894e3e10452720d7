import { create, problems } from './support/invalid';

const schema = {
  http: {
    port: { doc: 'x', format: 'port', default: 3000 },
    trust: { doc: 'x', format: Boolean, default: false },
    host: { doc: 'x', format: String, default: '::' },
    tls: { key: { doc: 'x', format: String, default: 'k' }, ca: { doc: 'x', format: 'list', default: [] } },
  },
  greeting: { doc: 'x', format: String, default: 'hello' },
};

test.each([
  [['--http.port=8080'], { port: 8080 }],
  [['--http.port', '8080'], { port: 8080 }],
  [['--http.port=1', '--http.port=2'], { port: 2 }],
  [['--http.trust'], { trust: true }],
  [['--http.trust', '--http.port=1'], { trust: true, port: 1 }],
  [['--http.trust', 'main.js'], { trust: true }],
  [['--http.trust', 'false'], { trust: false }],
  [['--http.trust=off'], { trust: false }],
  [['--http.host='], { host: '' }],
  [['--http.host=a=b\nc'], { host: 'a=b\nc' }],
  [['--http.tls.key=x', '--http.tls.ca', 'a,b'], { tls: { key: 'x', ca: ['a', 'b'] } }],
  [['--http.port=1', '--', '--http.port=2', '--http.prot=3'], { port: 1 }],
])('%j', (argv, expected) => {
  expect(create(schema, { argv }).get('http')).toMatchObject(expected);
});

test('what is not ours is left alone', () => {
  const argv = [
    '--coverage',
    '--greeting=x',
    '--jest.config=x',
    '-http.port=1',
    'http.port=1',
    '--http=1',
    '--',
    '--.',
    '--.port=1',
  ];
  expect(create(schema, { argv }).get('greeting')).toBe('hello');
  expect(create(schema, { argv: ['--.port=1', '--=.', '--', ''] }).get('http.port')).toBe(3000);
});

test.each([
  [['--http.prot=hunter2'], 'http.prot', 'Did you mean "http.port"?'],
  [['--http.prot', 'hunter2'], 'http.prot', 'Did you mean "http.port"?'],
  [['--http.tls.kye=hunter2'], 'http.tls.kye', 'Did you mean "http.tls.key"?'],
  [['--http.'], 'http.', 'Remove it'],
  [['--http.tls=hunter2'], 'http.tls', 'Name one of its settings: key, ca.'],
  [['--http.port.deep=1'], 'http.port.deep', 'flag --http.port.deep'],
  [['--http.port'], 'http.port', 'Write --http.port=value.'],
  [['--http.port', '--http.trust'], 'http.port', 'Write --http.port=value.'],
  [['--http.trust=maybe'], 'http.trust', 'expected true or false'],
  [['--http.port', '-1'], 'http.port', 'got "-1"'],
])('%j is an error', (argv, key, text) => {
  const found = problems(schema, { argv });
  expect(found).toHaveLength(1);
  expect(found[0]?.key).toBe(key);
  expect(found[0]?.message).toContain(text);
  expect(found[0]?.message).not.toContain('hunter2');
});
