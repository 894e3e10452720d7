import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { KeelsonError } from '../core';
import { type Service } from '../service';

/**
 * Makes the service of a folder without starting it: package.json's `keelson.service` names a module that exports one function whose
 * name begins with `create`; it takes settings and returns the service.
 *
 * @throws START_FAILED with what is missing, or what the function throws
 */
export async function loadService(folder: string, settings: Readonly<Record<string, unknown>> = {}): Promise<Service> {
  const file = resolve(folder, moduleOf(folder));
  if (!existsSync(file)) throw missing(`${file} is not there. Build the service first (npm run build).`);
  const loaded = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  const makers = Object.entries({ ...(loaded['default'] as object | undefined), ...loaded }).filter(
    ([name, value]) => name.startsWith('create') && typeof value === 'function',
  );
  if (makers.length !== 1) {
    throw missing(`${file} must export one function named create..., and it exports ${makers.length}.`);
  }
  const make = (makers[0] as [string, (settings: object) => Service | Promise<Service>])[1];
  return make(settings);
}

function moduleOf(folder: string): string {
  const file = resolve(folder, 'package.json');
  if (!existsSync(file)) throw missing(`There is no package.json in ${folder}.`);
  const { keelson } = JSON.parse(readFileSync(file, 'utf8')) as { keelson?: { service?: unknown } };
  if (typeof keelson?.service === 'string') return keelson.service;
  throw missing(`${file} does not name its service: "keelson": { "service": "dist/service.js" }.`);
}

function missing(message: string): KeelsonError {
  return new KeelsonError('START_FAILED', message, { retryable: false });
}
