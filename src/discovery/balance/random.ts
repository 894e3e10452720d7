import { learnsNothing, preferred, type Balancer, type Random } from './balancer';

/** Options of {@link random}. */
export interface RandomOptions {
  /** @default Math.random */
  readonly random?: Random;
}

/** Any instance, each as likely as the others. */
export function random(options: RandomOptions = {}): Balancer {
  const chance = options.random ?? Math.random;
  return {
    ...learnsNothing,
    pick: (candidates, wish) => {
      const from = preferred(candidates, wish);
      return from[Math.floor(chance() * from.length)];
    },
  };
}
