import { noopMeter, type Labels, type Meter } from '../../../src/core';

/** A meter whose series can be read. */
export interface CountingMeter extends Meter {
  /** What was counted or how often was observed under this name, by the values of its labels. */
  read(name: string): Record<string, number>;
  /** What a gauge says now. */
  gaugeOf(name: string): number | undefined;
  /** The names that were made. */
  readonly names: ReadonlySet<string>;
}

export function countingMeter(): CountingMeter {
  const values = new Map<string, number>();
  const names = new Set<string>();
  const gauges = new Map<string, () => number | undefined>();
  const add = (name: string, labels: Labels, value = 1): void => {
    const key = `${name} ${Object.values(labels).join(' ')}`;
    values.set(key, (values.get(key) ?? 0) + value);
  };
  return {
    names,
    counter: ({ name }) => {
      names.add(name);
      return {
        inc: (labels?: unknown, value?: number) => add(name, labels as Labels, value),
        labels: (labels) => ({ inc: (value) => add(name, labels, value) }),
      };
    },
    gauge: (options) => {
      names.add(options.name);
      let now: number | undefined;
      const gauge = { ...noopMeter.gauge(options), set: (first: unknown, value = first) => void (now = Number(value)) };
      gauges.set(options.name, () => {
        options.collect?.(gauge);
        return now;
      });
      return gauge;
    },
    histogram: ({ name }) => {
      names.add(name);
      return {
        observe: (labels: unknown) => add(name, labels as Labels),
        labels: (labels) => ({ observe: () => add(name, labels) }),
      };
    },
    read: (name) => {
      const found = [...values].filter(([key]) => key.startsWith(`${name} `));
      return Object.fromEntries(found.map(([key, value]) => [key.slice(name.length + 1).trim(), value]));
    },
    gaugeOf: (name) => gauges.get(name)?.(),
  };
}
