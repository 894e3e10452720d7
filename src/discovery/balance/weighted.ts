import { systemClock, type Clock } from '../../core';
import { type Instance } from '../contract';
import { learnsNothing, preferred, type Balancer, type Random } from './balancer';
import { InstanceTable } from './instance-table';

/** Options of {@link weighted}. */
export interface WeightedOptions {
  /** Where each instance begins in its turn, so that many callers that start together do not all call the heaviest first. @default Math.random */
  readonly random?: Random;
  /** @default the machine's own time */
  readonly clock?: Clock;
}

/**
 * Each instance in proportion to its weight, spread evenly: weights of 5, 1 and 1 give `a a b a c a a`, not five calls in a row. An instance of weight 0 gets
 * nothing while there is another.
 */
export function weighted(options: WeightedOptions = {}): Balancer {
  const { random = Math.random, clock = systemClock } = options;
  // What each instance is owed: it grows by the weight with each pick, and whoever is picked pays for all.
  const owed = new InstanceTable<{ turns: number }>(({ weight }) => ({ turns: random() * weight }));
  return {
    ...learnsNothing,
    pick: (candidates, wish) => {
      const from = preferred(candidates, wish);
      const now = clock.now();
      let total = 0;
      let most = -Infinity;
      let best: { instance: Instance; row: { turns: number } } | undefined;
      for (const instance of from) {
        const row = owed.of(instance, now);
        row.turns += instance.weight;
        total += instance.weight;
        if (instance.weight === 0 || row.turns <= most) continue;
        most = row.turns;
        best = { instance, row };
      }
      if (best === undefined) return from[Math.floor(random() * from.length)];
      best.row.turns -= total;
      return best.instance;
    },
  };
}
