import { type Instance } from '../contract';
import { preferred, type Balancer } from './balancer';
import { leastLoaded } from './least-loaded';
import { wholeOption } from './options';

/** Options of {@link preferZone}. */
export interface PreferZoneOptions {
  /** Where the caller runs. Undefined: nothing is preferred. */
  readonly zone: string | undefined;
  /** Chooses among those that are left. @default leastLoaded() */
  readonly balancer?: Balancer;
  /** With fewer instances than this in the zone, all are taken: few would be flooded. 1 or more. @default 1 */
  readonly atLeast?: number;
}

/** Instances in the caller's zone; all, where there is none. A call that is tried again leaves the zone when the zone has no other instance. */
export function preferZone(options: PreferZoneOptions): Balancer {
  const { zone, balancer = leastLoaded() } = options;
  const atLeast = wholeOption('preferZone', 'atLeast', options.atLeast ?? 1, 1, 1000);
  let last: { readonly from: readonly Instance[]; readonly near: readonly Instance[] } | undefined;
  const nearOf = (from: readonly Instance[]): readonly Instance[] => {
    // The list is the same object until it changes.
    if (last?.from === from) return last.near;
    last = { from, near: nearIn(from, zone, atLeast) };
    return last.near;
  };
  return {
    pick: (candidates, wish) => {
      const from = preferred(candidates, wish);
      return balancer.pick(from === candidates ? nearOf(from) : nearIn(from, zone, atLeast), wish);
    },
    begin: (instance) => balancer.begin(instance),
    end: (instance, ms, outcome) => balancer.end(instance, ms, outcome),
    forget: (instance) => balancer.forget?.(instance),
  };
}

function nearIn(from: readonly Instance[], zone: string | undefined, atLeast: number): readonly Instance[] {
  const near = from.filter((one) => one.zone !== undefined && one.zone === zone);
  return near.length >= atLeast ? near : from;
}
