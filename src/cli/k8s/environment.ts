import { createRedactor } from '../../core';
import { type SettingDescription } from '../../config';
import { isOwn } from '../own-settings';

/** A setting that is a secret: its pods get it from a Secret. */
export interface SecretVariable {
  /** Name of the variable, and of the key in the Secret. */
  readonly env: string;
  readonly doc: string;
  /** Pods start without it. */
  readonly optional: boolean;
}

/** What the pods of a service find in their environment, beside what the manifests compute. */
export interface EnvironmentPlan {
  /** Values that may be read by everybody, by variable. */
  readonly config: Readonly<Record<string, string>>;
  readonly secrets: readonly SecretVariable[];
}

/** Of this process alone, or computed by the manifests. */
const notForPods: ReadonlySet<string> = new Set([
  'instance.id',
  'instance.host',
  'shutdown.gracePeriodMs',
  'log.noColor',
  'config.secretsDir',
]);

/**
 * What is set by the environment now is set in the pods, too; secrets by a reference, and never by their value.
 *
 * @param env the environment that the service was made in
 * @param needed keys of secrets without which the service is of no use
 * @param used keys of secrets that it does without, but has a use for
 */
export function environmentPlan(
  settings: readonly SettingDescription[],
  env: Readonly<Record<string, string | undefined>>,
  needed: ReadonlySet<string>,
  used: ReadonlySet<string> = new Set(),
): EnvironmentPlan {
  const config: Record<string, string> = {};
  const secrets: SecretVariable[] = [];
  for (const setting of settings) {
    const { key, env: name, doc, required } = setting;
    if (name === undefined || notForPods.has(key)) continue;
    const isGiven = setting.winner?.startsWith('environment variable ') ?? false;
    if (isSecret(setting)) {
      const must = needed.has(key) || required || isGiven;
      if (must || used.has(key) || isOwn(setting)) secrets.push({ env: name, doc, optional: !must });
    } else if (isGiven) config[name] = env[name] ?? '';
  }
  return { config, secrets };
}

/** Marked as one, or named like one and not shown either; a URL with a password in it is one as well. */
function isSecret({ key, value, sensitive }: SettingDescription): boolean {
  if (sensitive) return true;
  if (value !== null && value !== undefined) return JSON.stringify(value).includes('******');
  return createRedactor().isSecretKey(key.slice(key.lastIndexOf('.') + 1));
}
