import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the installed keelson: sources and built files are both two floors below it. */
export const packageRoot = join(__dirname, '..', '..');

/** The version that is installed. */
export function ownVersion(): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  return version;
}
