import { readdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type KnownSettings } from './known-settings';
import { type Entry, type Layer } from './layer';
import { type Problems } from './problems';
import { reasonOf } from './read-text-file';
import { show } from './show';

/** The settings that say where the others are. Files cannot say that. */
export const whereSettings = ['config.dir', 'config.secretsDir'] as const;

/** Where the files are; undefined where there are none to be read. */
export interface Where {
  readonly configDirectory: string | undefined;
  readonly secretsDirectory: string | undefined;
}

/** @param layers those that may say where files are, lowest first */
export function findFiles(known: KnownSettings, layers: readonly Layer[], cwd: string, problems: Problems): Where {
  const entryOf = (key: string): Entry | undefined => layers.findLast((layer) => layer.has(key))?.get(key);
  const valueOf = (key: string): unknown => {
    const entry = entryOf(key);
    return entry === undefined ? known.settings.get(key)?.fallback : entry.raw;
  };
  const secrets = valueOf('config.secretsDir');
  return {
    configDirectory: configDirectory(valueOf('config.dir') ?? 'config', entryOf('config.dir'), cwd, problems),
    secretsDirectory: typeof secrets === 'string' ? resolve(cwd, secrets) : undefined,
  };
}

/** A directory that nobody asked for may be missing. A path that is not text is reported when the settings are merged. */
function configDirectory(path: unknown, entry: Entry | undefined, cwd: string, problems: Problems): string | undefined {
  if (typeof path !== 'string') return undefined;
  const directory = resolve(cwd, path);
  const fault = faultOf(directory);
  if (fault === undefined) return directory;
  if (entry !== undefined || fault !== missing) {
    problems.add({
      key: 'config.dir',
      source: entry?.source ?? 'default',
      expected: 'a directory that can be read',
      got: `${show(path)}, ${fault}`,
      advice: 'Create it, or set config.dir to where the configuration files are.',
    });
  }
  return undefined;
}

const missing = 'no such file';

function faultOf(directory: string): string | undefined {
  try {
    if (!statSync(directory).isDirectory()) return 'not a directory';
    readdirSync(directory);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

/** Reports settings about places in sources that are read from those places. */
export function refuseWhere(layers: readonly Layer[], problems: Problems): void {
  for (const layer of layers) {
    for (const key of whereSettings) {
      const entry = layer.get(key);
      if (entry === undefined) continue;
      problems.add({
        key,
        source: entry.source,
        expected: 'a source that is read before all files',
        got: 'this one',
        advice: 'Set it by an environment variable, a flag or in settings.',
      });
    }
  }
}

/** The name of the environment's own file, from NODE_ENV; undefined if there is none. */
export function environmentName(nodeEnv: string | undefined, problems: Problems): string | undefined {
  if (nodeEnv === undefined || nodeEnv === 'default') return undefined;
  if (/^[\w-][\w.-]*$/.test(nodeEnv)) return nodeEnv;
  problems.add({
    key: 'NODE_ENV',
    source: 'environment variable NODE_ENV',
    expected: 'a name of letters, digits, _, - and .',
    got: show(nodeEnv),
    advice: 'It names a file beside the default one.',
  });
  return undefined;
}
