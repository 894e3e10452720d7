import { isAbsolute, relative, sep } from 'node:path';
import { type Clock, systemClock } from '../core';
import { type Config, type RemoteSource } from './config';
import { knownSettings } from './known-settings';
import { type Layer, layerOfTree } from './layer';
import { LayeredConfig } from './layered-config';
import { Problems } from './problems';
import { type Environment, readEnvironment, variable } from './read-environment';
import { type FileReading, readConfigFile } from './read-files';
import { readFlags } from './read-flags';
import { readSecretsDirectory, readSecretVariables } from './read-secrets';
import { type MergedValues, type SchemaPart } from './values';
import { environmentName, findFiles, refuseWhere } from './where';

/** Where settings come from. */
export interface ConfigOptions<L extends readonly SchemaPart[] = readonly SchemaPart[]> {
  /** Merged into one. A name that two of them have is an error. */
  readonly schemas: L;
  /** A tree of values that win over every other source. @default {} */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Environment variables. @default process.env */
  readonly env?: Environment;
  /** The words of the command line. @default process.argv without the program and the script */
  readonly argv?: readonly string[];
  /** The directory that relative paths start from. @default process.cwd() */
  readonly cwd?: string;
  /** Sources that `loadRemote` asks; a later one wins over an earlier one. @default [] */
  readonly remote?: readonly RemoteSource[];
  /** The most that one remote source may take, in milliseconds, 1 or more. @default 10000 */
  readonly remoteTimeoutMs?: number;
  /** @default the machine's own time */
  readonly clock?: Clock;
}

/** What is used where the options say nothing, besides what the process has. */
export const configDefaults = Object.freeze({ remoteTimeoutMs: 10_000 });

/**
 * Reads all local sources, merges and checks them. Opens nothing that stays open.
 *
 * @throws CONFIG_INVALID with everything that is wrong: a report for a terminal as its message, the same as data in `details.errors`
 */
export function createConfig<const L extends readonly SchemaPart[]>(
  options: ConfigOptions<L>,
): Config<MergedValues<L>> {
  const problems = new Problems();
  const resolved = resolveOptions(options, problems);
  const known = knownSettings(resolved.schemas, problems, variable(resolved.env, 'NODE_ENV'));
  const sources = { ...resolved, reading: { known, problems, display: (path: string) => display(path, resolved.cwd) } };
  const { remote, clock, remoteTimeoutMs } = resolved;
  const loading = { clock, timeoutMs: remoteTimeoutMs };
  const config = new LayeredConfig({ known, remote, loading, ...readLayers(sources) }, problems);
  problems.throwIfAny();
  return config as unknown as Config<MergedValues<L>>;
}

interface Sources {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly env: Environment;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly reading: FileReading;
}

/** The order of the sources, lowest first: defaults (of the schema), `below`, remote sources, `above`. */
function readLayers({ settings, env, argv, cwd, reading }: Sources): {
  below: readonly Layer[];
  above: readonly Layer[];
} {
  const { known, problems } = reading;
  const environment = readEnvironment(known, env);
  const flags = readFlags(known, argv, problems);
  const fixed = layerOfTree(known, settings, { describe: () => 'settings', isText: false }, problems);
  const where = findFiles(known, [environment, flags, fixed], cwd, problems);
  const fileNames = ['default', environmentName(variable(env, 'NODE_ENV'), problems)];
  const files = fileNames.map((name) => {
    if (name === undefined || where.configDirectory === undefined) return new Map();
    return readConfigFile(where.configDirectory, name, reading);
  });
  const secrets = [
    where.secretsDirectory === undefined ? new Map() : readSecretsDirectory(where.secretsDirectory, reading),
    readSecretVariables(env, cwd, reading),
  ];
  refuseWhere([...files, ...secrets], problems);
  return { below: files, above: [...secrets, environment, flags, fixed] };
}

function resolveOptions(options: ConfigOptions, problems: Problems): Required<ConfigOptions> {
  const { remoteTimeoutMs = configDefaults.remoteTimeoutMs } = options;
  if (!(Number.isFinite(remoteTimeoutMs) && remoteTimeoutMs >= 1)) {
    problems.add({
      key: 'remoteTimeoutMs',
      source: 'the options of createConfig',
      expected: 'milliseconds, 1 or more',
      got: String(remoteTimeoutMs),
      advice: `Correct it, or leave it out: the default is ${configDefaults.remoteTimeoutMs}.`,
    });
  }
  return {
    schemas: options.schemas,
    settings: options.settings ?? {},
    env: options.env ?? process.env,
    argv: options.argv ?? process.argv.slice(2),
    cwd: options.cwd ?? process.cwd(),
    remote: options.remote ?? [],
    remoteTimeoutMs,
    clock: options.clock ?? systemClock,
  };
}

/** Relative where that is shorter to read: inside the working directory. */
function display(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short === '' || short === '..' || short.startsWith(`..${sep}`) || isAbsolute(short) ? path : short;
}
