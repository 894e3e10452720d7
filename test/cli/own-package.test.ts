import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ownVersion, packageRoot } from '../../src/cli/own-package';

test('finds the package that it is part of', () => {
  const root = resolve(__dirname, '../..');
  expect(resolve(packageRoot)).toBe(root);
  expect(existsSync(join(packageRoot, 'examples'))).toBe(true);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  expect(ownVersion()).toBe(version);
});
