// The files of the repository, by their paths in it.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** @param encoding null gives the bytes */
export const text = (path, encoding = 'utf8') => readFileSync(join(root, path), encoding);

export const isFile = (path) => existsSync(join(root, path)) && statSync(join(root, path)).isFile();
