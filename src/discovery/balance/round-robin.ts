import { learnsNothing, preferred, type Balancer, type Random } from './balancer';

/** Options of {@link roundRobin}. */
export interface RoundRobinOptions {
  /** Where it begins, so that many callers that start together do not all call the same instance first. @default Math.random */
  readonly random?: Random;
}

/** One instance after the other. */
export function roundRobin(options: RoundRobinOptions = {}): Balancer {
  let next = Math.floor((options.random ?? Math.random)() * 1_000_000);
  return {
    ...learnsNothing,
    pick: (candidates, wish) => {
      const from = preferred(candidates, wish);
      if (from.length === 0) return undefined;
      next = (next + 1) % Number.MAX_SAFE_INTEGER;
      return from[next % from.length];
    },
  };
}
