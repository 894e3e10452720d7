import { dirname, join } from 'node:path';
import { readTextFile } from './read-text-file';

/**
 * The version in the nearest package.json, from a directory upward; undefined if that has none or cannot be read.
 *
 * @param directory where to begin; the working directory if left out
 */
export function nearestVersion(directory: string = process.cwd()): string | undefined {
  const file = readTextFile(join(directory, 'package.json'));
  if ('text' in file) return versionIn(file.text);
  const parent = dirname(directory);
  return !file.isMissing || parent === directory ? undefined : nearestVersion(parent);
}

function versionIn(text: string): string | undefined {
  try {
    const content: unknown = JSON.parse(text);
    if (typeof content !== 'object' || content === null || !('version' in content)) return undefined;
    return typeof content.version === 'string' ? content.version : undefined;
  } catch {
    return undefined;
  }
}
