import { type Clock } from '../../../src/core';
import { makeInstance, type Balancer, type Instance, type Outcome, type Random } from '../../../src/discovery';
import { FakeClock } from '../../support/fake-clock';

/** Chance that comes out the same each time (mulberry32). */
export function seeded(seed = 1): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Instances i0, i1 and so on; each may say more about itself. */
export function pool(count: number, more: (i: number) => { zone?: string; weight?: number } = () => ({})): Instance[] {
  return Array.from({ length: count }, (_, i) => makeInstance({ service: 'a', host: `i${i}`, port: 80, ...more(i) }));
}

/** A clock that is set by hand; it runs no timers. */
export class HandClock extends FakeClock implements Clock {
  at = 1_700_000_000_000;
  override now(): number {
    return this.at;
  }
}

/** How an instance answers an attempt that begins now. */
export type Answers = (instance: Instance, at: number) => { ms: number; outcome: Outcome };

/** One attempt that was made. */
export interface Made {
  readonly host: string;
  /** When it began, in milliseconds since the simulation did. */
  readonly at: number;
  readonly outcome: Outcome;
}

/** Calls come at an even rate, whether those before have ended or not. Time is simulated. */
export function simulate(
  balancer: Balancer,
  clock: HandClock,
  candidates: () => readonly Instance[],
  load: { perSecond: number; seconds: number },
  answers: Answers,
): Made[] {
  const made: Made[] = [];
  const open: { end: number; finish: () => void }[] = [];
  const start = clock.at;
  const finishUntil = (time: number): void => {
    open.sort((a, b) => a.end - b.end);
    while (open[0] !== undefined && open[0].end <= time) {
      const first = open.shift() as (typeof open)[number];
      clock.at = first.end;
      first.finish();
    }
    clock.at = time;
  };
  for (let i = 0; i < load.perSecond * load.seconds; i++) {
    finishUntil(start + (i * 1000) / load.perSecond);
    const instance = balancer.pick(candidates());
    if (instance === undefined) throw new Error('an empty pick');
    balancer.begin(instance);
    const { ms, outcome } = answers(instance, clock.at - start);
    made.push({ host: instance.host, at: clock.at - start, outcome });
    open.push({ end: clock.at + ms, finish: () => balancer.end(instance, ms, outcome) });
  }
  finishUntil(Math.max(clock.at, ...open.map(({ end }) => end)));
  return made;
}

/** How many of them went to each host. */
export function byHost(made: readonly { readonly host: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { host } of made) counts[host] = (counts[host] ?? 0) + 1;
  return counts;
}
