import { type KnownSettings } from './known-settings';
import { type Entry, type Layer } from './layer';

/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The value of a variable; an empty one counts as unset. */
export function variable(env: Environment, name: string): string | undefined {
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  return value === '' ? undefined : value;
}

/** What the environment says of the settings that have a variable. */
export function readEnvironment(known: KnownSettings, env: Environment): Layer {
  const layer = new Map<string, Entry>();
  for (const { key, env: name } of known.settings.values()) {
    const raw = name === undefined ? undefined : variable(env, name);
    if (raw !== undefined) layer.set(key, { raw, isText: true, source: `environment variable ${name}` });
  }
  return layer;
}
