import { mix32 } from '../../core';
import { type Instance } from '../contract';
import { preferred, type Balancer } from './balancer';
import { leastLoaded } from './least-loaded';

/** Options of {@link sticky}. */
export interface StickyOptions {
  /** Chooses for calls without a key. @default leastLoaded() */
  readonly balancer?: Balancer;
}

/**
 * Calls with the same key go to the same instance, whichever process calls, without a table that they share (rendezvous hashing). When an instance leaves, only its
 * keys move, and evenly to all others; when it comes back they return. Good for caches, not for state that must not be lost.
 */
export function sticky(options: StickyOptions = {}): Balancer {
  const balancer = options.balancer ?? leastLoaded();
  const hashes = new WeakMap<Instance, number>();
  const idHash = (instance: Instance): number => {
    let hash = hashes.get(instance);
    if (hash === undefined) hashes.set(instance, (hash = hashOf(instance.id)));
    return hash;
  };
  return {
    pick: (candidates, wish) => {
      const key = wish?.key;
      return key === undefined
        ? balancer.pick(candidates, wish)
        : highest(preferred(candidates, wish), hashOf(key), idHash);
    },
    begin: (instance) => balancer.begin(instance),
    end: (instance, ms, outcome) => balancer.end(instance, ms, outcome),
    forget: (instance) => balancer.forget?.(instance),
  };
}

/** Each instance has a score for each key; the highest wins. Of two equal ones, the first by id, so that all callers agree. */
function highest(from: readonly Instance[], key: number, idHash: (instance: Instance) => number): Instance | undefined {
  let best: Instance | undefined;
  let most = -1;
  for (const instance of from) {
    const score = mix32(key ^ idHash(instance)) >>> 0;
    if (score < most || (score === most && best !== undefined && best.id < instance.id)) continue;
    most = score;
    best = instance;
  }
  return best;
}

/** FNV-1a over the code units, 0 to 2^32 - 1; mixed, as ids that differ in a digit must not score alike. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix32(hash) >>> 0;
}
