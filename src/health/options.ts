import { type CheckFunction, type Clock, KeelsonError, type Logger, type Meter } from '../core';

/** How a check is run unless it says otherwise. */
export interface HealthDefaults {
  /** Time from one run to the next, in milliseconds, 100 to 3,600,000. @default 5000 */
  intervalMs?: number;
  /** Time limit of one run, in milliseconds, 1 to 60,000. @default 1000 */
  timeoutMs?: number;
  /** How many runs in a row must fail before a check that was UP turns DOWN, 1 to 100. @default 3 */
  failures?: number;
}

/** What the health part is made from. */
export interface HealthOptions {
  /** @default the machine's own time */
  clock?: Clock;
  /** Gets one line when a check goes down and one when it is restored. @default none */
  logger?: Logger;
  /** Gets `keelson_health_check_status` and `keelson_health_check_duration_seconds`. @default none */
  meter?: Meter;
  /**
   * Masks the details and error messages of checks before they are kept, like the service's `redactor.value`. If it throws, they are left out. What usually is
   * a secret (by key, and in URLs) is masked besides, and the size is bounded. @default masks nothing further
   */
  redact?: (told: unknown) => unknown;
  /** @default 5000 ms, 1000 ms, 3 failures */
  defaults?: HealthDefaults;
}

/** What a check may say about itself. */
export interface CheckOptions extends HealthDefaults {
  /**
   * The probes in which it counts, besides the whole; other names make groups of their own. `liveness` only for what is inside this process and cured by a
   * restart, never for another system: its failure would restart every instance at once. @default none
   */
  group?: GroupName | readonly GroupName[];
}

/** A probe, or a group of one's own: letters, digits, `.`, `_` and `-`, at most 64. */
export type GroupName = 'readiness' | 'startup' | 'liveness' | (string & {});

/** The options of a check with all gaps filled. */
export interface ResolvedCheck extends Readonly<Required<HealthDefaults>> {
  readonly name: string;
  readonly fn: CheckFunction;
  readonly groups: readonly string[];
}

/** How a check is run if nobody says otherwise. */
export const healthDefaults: Readonly<Required<HealthDefaults>> = Object.freeze({
  intervalMs: 5000,
  timeoutMs: 1000,
  failures: 3,
});

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const stateNames: readonly string[] = Object.freeze(['livenessState', 'readinessState', 'startupState']);

/** Names that look like a probe's and are none: most likely somebody meant the probe. */
const misnamed: Readonly<Record<string, string>> = Object.freeze({
  live: 'liveness',
  livez: 'liveness',
  ready: 'readiness',
  readyz: 'readiness',
  started: 'startup',
  startupz: 'startup',
});

/** A check counts in no more groups than these. */
const mostGroups = 16;

/** A mistake of the program that uses the health part. */
export function misuse(message: string): KeelsonError {
  return new KeelsonError('CONFIG_INVALID', message, { retryable: false });
}

/** Fills the gaps of `given` with `defaults`. @throws KeelsonError CONFIG_INVALID when a number is out of its range */
export function resolveDefaults(
  given: HealthDefaults,
  defaults: Readonly<Required<HealthDefaults>>,
): Required<HealthDefaults> {
  return {
    intervalMs: inRange('intervalMs', given.intervalMs ?? defaults.intervalMs, 100, 3_600_000),
    timeoutMs: inRange('timeoutMs', given.timeoutMs ?? defaults.timeoutMs, 1, 60_000),
    failures: inRange('failures', given.failures ?? defaults.failures, 1, 100),
  };
}

/** Validates a check and fills its gaps. @throws KeelsonError CONFIG_INVALID */
export function resolveCheck(
  name: string,
  fn: CheckFunction,
  options: CheckOptions,
  defaults: Readonly<Required<HealthDefaults>>,
): ResolvedCheck {
  if (!isName(name)) {
    throw misuse(`A health check is named with letters, digits, ".", "_" and "-" (at most 64), not ${shown(name)}`);
  }
  if (stateNames.includes(name)) throw misuse(`The health check name "${name}" is taken by the service's own state`);
  if (typeof fn !== 'function') throw misuse(`The health check "${name}" is not a function`);
  const groups = groupsOf(name, options.group ?? []);
  return Object.freeze({ name, fn, groups, ...resolveDefaults(options, defaults) });
}

function groupsOf(check: string, given: unknown): readonly string[] {
  const list: unknown = typeof given === 'string' ? [given] : given;
  if (!Array.isArray(list) || list.length > mostGroups) {
    throw misuse(`The group of the health check "${check}" is a name or a list of at most ${mostGroups} names`);
  }
  const groups = new Set<string>();
  for (const each of list as readonly unknown[]) groups.add(requireGroup(check, each));
  return Object.freeze([...groups]);
}

function requireGroup(check: string, group: unknown): string {
  if (!isName(group) || group === 'health') {
    throw misuse(`The health check "${check}" names a group that cannot be: ${shown(group)}`);
  }
  if (Object.hasOwn(misnamed, group)) {
    throw misuse(`The health check "${check}" names the group "${group}": did you mean "${misnamed[group]}"?`);
  }
  return group;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && namePattern.test(value);
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : `a value of type ${typeof value}`;
}

function inRange(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw misuse(`${name} of a health check is a whole number from ${least} to ${most}, not ${String(value)}`);
}
