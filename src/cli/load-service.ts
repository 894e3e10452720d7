import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { KeelsonError } from '../core';
import { type Service } from '../service';

/** Loads a module by its URL; what it exports. */
export type ImportModule = (url: string) => Promise<Readonly<Record<string, unknown>>>;

const importModule: ImportModule = (url) => import(url) as Promise<Readonly<Record<string, unknown>>>;

/**
 * Makes the service of a folder without starting it: package.json's `keelson.service` names a module that exports one function whose
 * name begins with `create`; it takes settings and returns the service.
 *
 * @throws START_FAILED with what is missing, or what the function throws
 */
export async function loadService(
  folder: string,
  settings: Readonly<Record<string, unknown>> = {},
  load: ImportModule = importModule,
): Promise<Service> {
  const file = resolve(folder, namedModule(folder));
  if (!existsSync(file)) throw missing(`${file} is not there. Build the service first (npm run build).`);
  const loaded = await load(pathToFileURL(file).href);
  const makers = Object.entries({ ...(loaded['default'] as object | undefined), ...loaded }).filter(
    ([name, value]) => name.startsWith('create') && typeof value === 'function',
  );
  if (makers.length !== 1) {
    throw missing(`${file} must export one function named create..., and it exports ${makers.length}.`);
  }
  const make = (makers[0] as [string, (settings: object) => Service | Promise<Service>])[1];
  return make(settings);
}

/** Does the folder name a service? */
export function namesService(folder: string): boolean {
  try {
    namedModule(folder);
    return true;
  } catch {
    return false;
  }
}

/** The module that package.json names. @throws START_FAILED with what is missing */
export function namedModule(folder: string): string {
  const file = resolve(folder, 'package.json');
  if (!existsSync(file)) throw missing(`There is no package.json in ${folder}.`);
  const content = parsed(file) as { keelson?: { service?: unknown } } | null;
  const service = content?.keelson?.service;
  if (typeof service === 'string') return service;
  throw missing(`${file} does not name its service: "keelson": { "service": "dist/service.js" }.`);
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new KeelsonError('START_FAILED', `${file} cannot be read: ${reason}`, { retryable: false, cause });
  }
}

function missing(message: string): KeelsonError {
  return new KeelsonError('START_FAILED', message, { retryable: false });
}
