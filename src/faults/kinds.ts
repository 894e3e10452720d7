import { type FaultKinds, type FaultPort } from '../core';

/** What a kind of fault takes. */
export interface KindFacts {
  /** Its delay in ms when the rule says none. Undefined: it takes no delay. */
  readonly delayMs?: number;
  /** It answers with a status. */
  readonly status?: true;
}

/** What a port has. */
export interface PortFacts<P extends FaultPort> {
  /** The members of a rule that narrow down where it holds. */
  readonly scope: readonly string[];
  readonly kinds: Readonly<Record<FaultKinds[P], KindFacts>>;
}

const second: KindFacts = Object.freeze({ delayMs: 1_000 });
const first: KindFacts = Object.freeze({ delayMs: 0 });
const status: KindFacts = Object.freeze({ delayMs: 0, status: true });
const atOnce: KindFacts = Object.freeze({});

/** Every port with its kinds of faults and what they take. A delay of 0 may be made longer: the fault waits for it first. */
export const portFacts: { readonly [P in FaultPort]: PortFacts<P> } = Object.freeze({
  http: {
    scope: ['method', 'route', 'headers'],
    kinds: { delay: second, status, reset: first, hang: atOnce },
  },
  client: {
    scope: ['peer', 'method', 'route', 'headers'],
    kinds: { delay: second, status, refuse: first, reset: first, hang: atOnce },
  },
  publish: {
    scope: ['type', 'headers'],
    kinds: { delay: second, reject: first, unconfirmed: first, duplicate: atOnce, reorder: second },
  },
  consume: {
    scope: ['type', 'group', 'headers'],
    kinds: { delay: second, fail: first, 'fail-after': first, drop: second, duplicate: first },
  },
  registry: { scope: ['peer'], kinds: { stale: atOnce, empty: atOnce, error: atOnce, slow: second } },
});
