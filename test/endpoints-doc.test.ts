import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createService } from '../src/service';
import { insightOperations, type InsightParts } from '../src/service/insight';
import { healthOperations } from '../src/service/probes';
import { type Operation } from '../src/http';
import { type Health } from '../src/health';
import { ask } from './support/ask';

/** The table of endpoints in docs/operations.md, against the operations that a service is made of. */
const page = readFileSync(join(resolve(__dirname, '..'), 'docs/operations.md'), 'utf8');
const [, part = ''] = page.split('\n## Endpoints\n');
const rows = (part.split('\n## ')[0] as string)
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, paths = '', who = '', what = '']) => ({ paths: pathsIn(paths), also: pathsIn(what), who }));

function pathsIn(cell: string): string[] {
  return [...cell.matchAll(/`(\/[a-z/{}]+)`/g)].map((one) => one[1] as string);
}

const operations: readonly Operation[] = [
  ...healthOperations({} as Health, '', { name: 'any', version: '1', instance: 'any-1' }),
  ...insightOperations({} as InsightParts, ''),
];

test('every endpoint is listed, and no other', () => {
  const listed = rows.flatMap(({ paths, also }) => [...paths, ...also]);
  expect(listed.sort()).toEqual([...new Set(operations.map(({ path }) => path))].sort());
});

test('who may ask is as the table says', () => {
  for (const { paths, who } of rows) {
    for (const path of paths) {
      const needsAccess = operations.some((one) => one.path === path && one.needsAccess === true);
      expect({ path, needsAccess }).toEqual({ path, needsAccess: who === 'with access' });
    }
  }
});

test('a service answers each of them', async () => {
  const token = 'only-for-this-test-0123';
  const service = createService({
    name: 'any',
    settings: {
      http: { port: 0, host: '127.0.0.1' },
      log: { level: 'error' },
      management: { token },
      shutdown: { signals: false, drainDelayMs: 0 },
    },
  });
  const { port } = await service.start();
  const paths = rows.flatMap((row) => [...row.paths, ...row.also]).map((path) => path.replace('{name}', 'root'));
  try {
    for (const path of paths) {
      const answer = await ask(port, path, { headers: { authorization: `Bearer ${token}` } });
      expect({ path, status: answer.status }).toEqual({ path, status: 200 });
    }
  } finally {
    await service.stop();
  }
});
