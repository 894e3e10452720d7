import { join } from 'node:path';
import { nearestVersion } from '../../src/config';
import { Scratch } from './support/scratch';

test('upward to the nearest package.json, and no further', () => {
  const scratch = new Scratch({
    'package.json': '{"version":"1.2.3"}',
    'a/b/c': '',
    'none/package.json': '{}',
    'broken/package.json': '{',
    'odd/package.json': '{"version":5}',
    'null/package.json': 'null',
  });
  const from = (name: string) => nearestVersion(join(scratch.path, name));
  expect([from('.'), from('a/b'), from('none'), from('broken'), from('odd'), from('null')]).toEqual([
    '1.2.3',
    '1.2.3',
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('none up to the root', () => {
  expect(nearestVersion('/nonexistent/keelson')).toBeUndefined();
});

test('the working directory by default', () => {
  expect(nearestVersion()).toMatch(/^\d+\.\d+\.\d+/);
});
