import { type KnownSetting, type KnownSettings } from './known-settings';
import { type Entry, type Layer } from './layer';
import { type Problems } from './problems';
import { isSecretByName, mask, maskedText, show } from './show';

/** The whole configuration at one moment. */
export interface Snapshot {
  /** Settings and groups by path; groups are frozen objects. */
  readonly values: ReadonlyMap<string, unknown>;
  /** What the sources said of each setting, the one in force first. */
  readonly entries: ReadonlyMap<string, readonly Entry[]>;
  /** Paths of what only a remote source can still give, and of the groups around it. */
  readonly pending: ReadonlySet<string>;
}

/**
 * Merges layers. Only the value that wins is checked: a source that is overruled does no harm.
 *
 * @param layers lowest first
 * @param isWaiting whether remote sources were not asked yet: then what is missing is pending, not a problem
 */
export function mergeLayers(
  known: KnownSettings,
  layers: readonly Layer[],
  isWaiting: boolean,
  problems: Problems,
): Snapshot {
  const values = new Map<string, unknown>();
  const entries = new Map<string, readonly Entry[]>();
  const pending = new Set<string>();
  for (const setting of known.settings.values()) {
    const said = layers.flatMap((layer) => layer.get(setting.key) ?? []).reverse();
    const [winner] = said;
    entries.set(setting.key, said);
    const value = winner === undefined ? setting.fallback : valueOf(setting, winner, problems);
    values.set(setting.key, value);
    if (!setting.required || winner !== undefined || value !== undefined) continue;
    if (isWaiting) addWithGroups(pending, setting.key);
    else addMissing(setting, problems);
  }
  const root = addGroups(known, values);
  for (const check of known.checks) {
    for (const { key, expected } of check(root, known.environment)) {
      const setting = known.settings.get(key);
      if (setting !== undefined) addBroken(setting, entries.get(key)?.[0], expected, problems);
    }
  }
  return { values, entries, pending };
}

function valueOf(setting: KnownSetting, { raw, isText, source }: Entry, problems: Problems): unknown {
  const { key, format, nullable } = setting;
  if (raw === null && nullable) return null;
  const verdict = raw === null ? { refused: format.expected } : format.convert(raw, isText);
  if ('value' in verdict) return verdict.value;
  const sensitive = isSecret(setting, raw);
  problems.add({
    key,
    source,
    // What a format function says may quote the value.
    expected: sensitive ? format.expected : maskedText(verdict.refused),
    got: sensitive ? mask : show(raw),
    advice: adviceFor(setting),
  });
  return undefined;
}

function isSecret({ key, sensitive, harmless }: KnownSetting, value: unknown): boolean {
  return sensitive || (!harmless && isSecretByName(key, value));
}

function adviceFor(setting: KnownSetting): string {
  const { required, fallback } = setting;
  if (fallback === undefined) return required ? 'Correct it.' : 'Correct it, or leave it out.';
  return `Correct it, or leave it out: the default is ${isSecret(setting, fallback) ? mask : show(fallback)}.`;
}

/** A value that is good by itself, but not beside the others. */
function addBroken(setting: KnownSetting, said: Entry | undefined, expected: string, problems: Problems): void {
  const { key, sensitive, fallback } = setting;
  if (problems.has(key)) return;
  const got = sensitive ? mask : show(said === undefined ? fallback : said.raw);
  const advice = said === undefined ? 'Set it too, or correct what it has to go with.' : adviceFor(setting);
  problems.add({ key, source: said?.source ?? 'default', expected, got, advice });
}

function addMissing({ key, format, env }: KnownSetting, problems: Problems): void {
  const ways = [`${key} in a configuration or secret file`];
  if (env !== undefined) ways.unshift(`${env} or ${env}_FILE in the environment`);
  if (key.includes('.')) ways.push(`--${key}`);
  const advice = `It is required. Set ${ways.join(', or ')}.`;
  problems.add({ key, source: 'no source has it', expected: format.expected, got: 'nothing', advice });
}

function addWithGroups(paths: Set<string>, key: string): void {
  for (let path = key; path !== ''; path = path.slice(0, Math.max(path.lastIndexOf('.'), 0))) paths.add(path);
}

function addGroups(known: KnownSettings, values: Map<string, unknown>): Readonly<Record<string, unknown>> {
  const build = (path: string): Readonly<Record<string, unknown>> => {
    const group: Record<string, unknown> = {};
    for (const name of known.groups.get(path) ?? []) {
      const key = path === '' ? name : `${path}.${name}`;
      group[name] = known.groups.has(key) ? build(key) : values.get(key);
    }
    if (path !== '') values.set(path, group);
    Object.freeze(group);
    return group;
  };
  return build('');
}
