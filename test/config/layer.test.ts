import { knownSettings } from '../../src/config/known-settings';
import { layerOfTree } from '../../src/config/layer';
import { Problems } from '../../src/config/problems';

const port = { doc: 'x', format: 'port', default: 1 };
const known = knownSettings(
  [
    {
      schema: {
        http: { port, bodyLimit: port, tls: { key: port } },
        greeting: port,
        labels: { doc: 'x', format: 'map', default: {} },
      },
    },
  ],
  new Problems(),
);

function read(root: unknown, isText = false) {
  const problems = new Problems();
  const layer = layerOfTree(known, root, { describe: (path) => `test:${path.join('/')}`, isText }, problems);
  const errors =
    problems.count === 0 ? [] : (problems.toError().details['errors'] as { key: string; message: string }[]);
  return { layer, errors };
}

test('settings are taken out by key, with where they were', () => {
  const { layer, errors } = read({ http: { port: '80', tls: { key: 5 }, bodyLimit: undefined }, labels: { 'a.b': 1 } });
  expect(errors).toEqual([]);
  expect(Object.fromEntries(layer)).toEqual({
    'http.port': { raw: '80', isText: false, source: 'test:http/port' },
    'http.tls.key': { raw: 5, isText: false, source: 'test:http/tls/key' },
    labels: { raw: { 'a.b': 1 }, isText: false, source: 'test:labels' },
  });
  expect(read({ http: { port: '80', bodyLimit: 5 } }, true).layer.get('http.port')?.isText).toBe(true);
  expect(read({ http: { port: '80', bodyLimit: 5 } }, true).layer.get('http.bodyLimit')?.isText).toBe(false);
});

test.each([
  [{ http: { prot: 1 } }, 'http.prot', 'Did you mean "http.port"?'],
  [{ http: { body_limit: 1 } }, 'http.body_limit', 'Did you mean "http.bodyLimit"?'],
  [{ htpp: { port: 1 } }, 'htpp', 'Did you mean "http"?'],
  [{ port: 1 }, 'port', 'Did you mean "http.port"?'],
  [{ tls: { key: 1 } }, 'tls', 'Remove it, or use one of: http, greeting, labels.'],
  [{ 'http.port': 1 }, 'http.port', 'Write it nested'],
  [{ http: { zebra: 1 } }, 'http.zebra', 'Remove it, or use one of: port, bodyLimit, tls.'],
])('%j: an unknown name', (tree, key, advice) => {
  const { layer, errors } = read(tree);
  expect(layer.size).toBe(0);
  expect(errors).toHaveLength(1);
  expect(errors[0]?.key).toBe(key);
  expect(errors[0]?.message).toContain(advice);
});

test.each([[null], ['text'], [[1]], [5], [undefined]])('%j is no tree', (root) => {
  expect(read(root).errors[0]?.key).toBe('the whole');
  expect(read({ http: root ?? null }).errors[0]?.key).toBe('http');
});

test('what cannot be copied is reported', () => {
  const circle: unknown[] = [];
  circle.push(circle);
  expect(read({ labels: circle }).errors[0]?.key).toBe('labels');
});
