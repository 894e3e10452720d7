import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type KnownSetting } from './known-settings';
import { type Entry, type Layer } from './layer';
import { type Environment, variable } from './read-environment';
import { type FileReading } from './read-files';
import { readTextFile, reasonOf } from './read-text-file';

/**
 * Reads a directory in which a file's name is a setting (`db.password`, or its environment name) and its content the value, as
 * container platforms mount secrets. Other files are not looked at: such directories hold things for others too.
 */
export function readSecretsDirectory(directory: string, reading: FileReading): Layer {
  const layer = new Map<string, Entry>();
  const names = namesIn(directory, reading);
  for (const setting of reading.known.settings.values()) {
    const own = [...new Set([setting.key, setting.env])].filter((name) => name !== undefined && names.has(name));
    const paths = own.map((name) => join(directory, name ?? ''));
    const [path] = paths;
    if (path === undefined) continue;
    if (paths.length > 1) addTwice(setting, paths, reading);
    else addFile(layer, setting, path, `secret file ${reading.display(path)}`, reading);
  }
  return layer;
}

/** Reads the files that variables like DB_PASSWORD_FILE name, for each setting that has an environment name. */
export function readSecretVariables(env: Environment, cwd: string, reading: FileReading): Layer {
  const layer = new Map<string, Entry>();
  const taken = new Set([...reading.known.settings.values()].map((setting) => setting.env));
  for (const setting of reading.known.settings.values()) {
    const name = `${setting.env}_FILE`;
    const path = setting.env === undefined || taken.has(name) ? undefined : variable(env, name);
    if (path === undefined) continue;
    const full = resolve(cwd, path);
    addFile(layer, setting, full, `secret file ${reading.display(full)} named by ${name}`, reading);
  }
  return layer;
}

function namesIn(directory: string, { problems, display }: FileReading): ReadonlySet<string> {
  try {
    return new Set(readdirSync(directory));
  } catch (error) {
    problems.add({
      key: 'config.secretsDir',
      source: display(directory),
      expected: 'a readable directory',
      got: reasonOf(error),
      advice: 'Mount it, or unset config.secretsDir.',
    });
    return new Set();
  }
}

function addTwice({ key }: KnownSetting, paths: readonly string[], { problems, display }: FileReading): void {
  const source = paths.map(display).join(' and ');
  problems.add({ key, source, expected: 'one secret file', got: String(paths.length), advice: 'Keep one of them.' });
}

function addFile(
  layer: Map<string, Entry>,
  { key }: KnownSetting,
  path: string,
  source: string,
  reading: FileReading,
): void {
  const file = readTextFile(path);
  if ('fault' in file) {
    const advice = 'Correct the path or the permissions.';
    reading.problems.add({ key, source, expected: 'a readable file', got: file.fault, advice });
    return;
  }
  const raw = file.text.replace(/\r?\n$/, '');
  // As with an empty variable: nothing was said.
  if (raw !== '') layer.set(key, { raw, isText: true, source });
}
