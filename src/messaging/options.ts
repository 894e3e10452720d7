import { KeelsonError, longestDelayMs } from '../core';
import { type SubscribeOptions } from './contract';

/** How messages are taken and given if nobody says otherwise. Durations are milliseconds, sizes bytes. */
export interface MessagingLimits {
  /** Messages that a subscription may hold without having settled them, 1 to 65535. @default 100 */
  readonly prefetch: number;
  /** Handlers of a subscription that run at once, 1 or more. @default 50 */
  readonly concurrency: number;
  /** Largest message, 1 or more. @default 1048576 (1 MB) */
  readonly maxMessage: number;
  /** For a broker to take a message. @default 30000 */
  readonly publishTimeoutMs: number;
  /** For the reply to a command. @default 10000 */
  readonly sendTimeoutMs: number;
}

/** The limits if nobody says otherwise. */
export const messagingDefaults: MessagingLimits = Object.freeze({
  prefetch: 100,
  concurrency: 50,
  maxMessage: 1_048_576,
  publishTimeoutMs: 30_000,
  sendTimeoutMs: 10_000,
});

/** The options of a subscription, resolved. */
export interface ResolvedSubscription {
  readonly concurrency: number;
  readonly delaysMs: readonly number[];
  readonly ordered: boolean;
  readonly timeoutMs: number;
}

/** Delays before the second attempt and those that follow. */
const defaultDelaysMs = Object.freeze([1_000, 5_000, 30_000, 120_000]);
/** A ladder has an end: endless repetition cannot be had. */
const mostRepetitions = 20;
const dayMs = 24 * 3_600_000;

const ranges: readonly [keyof MessagingLimits, number, number][] = [
  ['prefetch', 1, 65_535],
  ['concurrency', 1, 10_000],
  ['maxMessage', 1, 128 * 1_048_576],
  ['publishTimeoutMs', 1, longestDelayMs],
  ['sendTimeoutMs', 1, longestDelayMs],
];

/**
 * Fills in the defaults and checks the ranges.
 *
 * @throws CONFIG_INVALID that names every wrong option
 */
export function resolveLimits(given: Partial<MessagingLimits> = {}): MessagingLimits {
  const limits = { ...messagingDefaults, ...given };
  refuse(
    'messaging',
    ranges.flatMap(([key, low, high]) => outside(key, limits[key], low, high)),
  );
  return Object.freeze(limits);
}

/**
 * Fills in the defaults and checks the ranges.
 *
 * @throws CONFIG_INVALID that names every wrong option
 */
export function resolveSubscription(
  what: string,
  options: SubscribeOptions,
  limits: MessagingLimits,
): ResolvedSubscription {
  const { concurrency = limits.concurrency, ordered = false, timeoutMs = 300_000 } = options;
  const delaysMs = options.retry?.delaysMs ?? defaultDelaysMs;
  const wrong = [
    ...outside('concurrency', concurrency, 1, 10_000),
    ...outside('timeoutMs', timeoutMs, 1, longestDelayMs),
    ...(typeof ordered === 'boolean' ? [] : ['ordered must be true or false']),
  ];
  if (!Array.isArray(delaysMs) || delaysMs.length > mostRepetitions) {
    wrong.push(`retry.delaysMs must be a list of at most ${mostRepetitions} delays: repeating for ever cannot be had`);
  } else {
    wrong.push(...delaysMs.flatMap((delay, at) => outside(`retry.delaysMs[${at}]`, delay, 1, dayMs)));
  }
  refuse(what, wrong);
  return Object.freeze({ concurrency, delaysMs: [...delaysMs], ordered, timeoutMs });
}

/**
 * One duration, checked.
 *
 * @throws CONFIG_INVALID
 */
export function checkMs(what: string, name: string, value: number, low: number): number {
  refuse(what, outside(name, value, low, longestDelayMs));
  return value;
}

/**
 * One number of things, checked.
 *
 * @throws CONFIG_INVALID
 */
export function checkCount(what: string, name: string, value: number): number {
  refuse(what, outside(name, value, 1, Number.MAX_SAFE_INTEGER));
  return value;
}

function outside(name: string, value: unknown, low: number, high: number): string[] {
  const fits = typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;
  return fits ? [] : [`${name} must be a whole number from ${low} to ${high}, not ${String(value)}`];
}

function refuse(what: string, wrong: readonly string[]): void {
  if (wrong.length === 0) return;
  const lines = wrong.map((line) => `${what}: ${line}`);
  throw new KeelsonError('CONFIG_INVALID', lines.join('\n'), { retryable: false, details: { errors: lines } });
}
