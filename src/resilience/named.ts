import { KeelsonError, noopMeter, type CounterSeries, type Meter } from '../core';

/** Under which name a policy counts, and where. */
export interface NamedOptions {
  /** Names it in metrics, such as the client that it belongs to. @default 'default' */
  readonly name?: string;
  /** @default counts nothing */
  readonly meter?: Meter;
}

/**
 * A counter of a policy by name and outcome, its series made beforehand: they are there with 0 before anything happens, and counting looks nothing up.
 *
 * @throws CONFIG_INVALID when the name is not a text
 */
export function outcomeCounters<O extends string>(
  policy: string,
  { name = 'default', meter = noopMeter }: NamedOptions,
  metric: { readonly name: string; readonly help: string },
  outcomes: readonly O[],
): Readonly<Record<O, CounterSeries>> {
  requireName(policy, name);
  const counter = meter.counter({ ...metric, labels: ['name', 'outcome'] });
  const series = outcomes.map((outcome) => [outcome, counter.labels({ name, outcome })] as const);
  return Object.freeze(Object.fromEntries(series) as Record<O, CounterSeries>);
}

/** A counter of a policy by its name alone. @throws CONFIG_INVALID when the name is not a text */
export function namedCounter(
  policy: string,
  { name = 'default', meter = noopMeter }: NamedOptions,
  metric: { readonly name: string; readonly help: string },
): CounterSeries {
  requireName(policy, name);
  return meter.counter({ ...metric, labels: ['name'] }).labels({ name });
}

function requireName(policy: string, name: unknown): void {
  if (typeof name === 'string' && name !== '') return;
  const got = name === '' ? '""' : typeof name;
  throw new KeelsonError('CONFIG_INVALID', `${policy}: name must be text that is not empty, not ${got}.`, {
    retryable: false,
  });
}
