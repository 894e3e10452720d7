import { type Counter, type Labels, type Meter, noopMeter } from '../../../src/core';

/** A meter that can be asked what was counted. */
export interface CountingMeter extends Meter {
  /** The sum of a counter; of one series if its labels are given. */
  count(name: string, labels?: Labels): number;
}

export function countingMeter(): CountingMeter {
  const sums = new Map<string, number>();
  const add = (key: string, value: number): void => void sums.set(key, (sums.get(key) ?? 0) + value);
  const keyOf = (name: string, labels?: Labels): string => `${name}${JSON.stringify(labels ?? {})}`;
  const counter = (name: string): Counter => ({
    inc: (first?: number | Labels, second?: number) => {
      if (typeof first === 'object') add(keyOf(name, first), second ?? 1);
      else add(keyOf(name), first ?? 1);
    },
    labels: (labels) => ({ inc: (value) => add(keyOf(name, labels), value ?? 1) }),
  });
  return {
    ...noopMeter,
    counter: ({ name }) => counter(name),
    count: (name, labels) =>
      labels === undefined
        ? [...sums].filter(([key]) => key.startsWith(`${name}{`)).reduce((sum, [, value]) => sum + value, 0)
        : (sums.get(keyOf(name, labels)) ?? 0),
  };
}
