import { why, type Why } from './why';
import { seconds } from './words';

/** What the number of pods and the scrape depend on. */
export interface ScaleFacts {
  /** Pods that there shall always be, 1 or more. */
  readonly replicas: number;
  /** Does it live from messages alone? */
  readonly isWorker: boolean;
  /** Seconds that a pod may take to stop. */
  readonly graceSeconds: number;
  readonly collectTimeoutMs: number;
}

export interface ScalePlan {
  readonly minReplicas: Why<number>;
  readonly maxReplicas: Why<number>;
  /** Percent of the CPU request. */
  readonly cpuTarget: Why<number>;
  /** Seconds between two pods that are taken away. */
  readonly downPeriodSeconds: Why<number>;
  /** Pods that may be away on purpose. */
  readonly maxUnavailable: Why<number>;
  readonly scrapeIntervalSeconds: Why<number>;
  readonly scrapeTimeoutSeconds: Why<number>;
}

const growth = 5;
const cpuTarget = 70;
/** The longest period that Kubernetes takes. */
const longestPeriod = 1_800;

/** From the wanted number of pods to how they come and go. */
export function scalePlan({ replicas, isWorker, graceSeconds, collectTimeoutMs }: ScaleFacts): ScalePlan {
  const scrape = Math.max(10, Math.ceil(collectTimeoutMs / 1_000) + 5);
  const alone = replicas === 1 ? 'One pod: while it is replaced after a node has failed there is none. ' : '';
  const queue = isWorker ? ' For a worker the length of its queue tells more than its CPU: see KEDA.' : '';
  return {
    minReplicas: why(replicas, `${alone}This, and not spec.replicas of the Deployment, says how many there are.`),
    maxReplicas: why(
      replicas * growth,
      `${growth} times as many: a bound for a mistake, not a plan. The databases behind must bear so many.`,
    ),
    cpuTarget: why(
      cpuTarget,
      `Percent of the CPU request: what is left bridges the minute that new pods need to come, and the part of one that fails.${queue}`,
    ),
    downPeriodSeconds: why(
      Math.min(longestPeriod, Math.max(60, graceSeconds)),
      'One pod at a time, and the next when that one has stopped.',
    ),
    maxUnavailable: why(
      1,
      `One pod may be evicted at a time, whatever their number is. minAvailable ${replicas === 1 ? 'would block the drain of its node for ever' : 'has to be changed with each change of their number'}.`,
    ),
    scrapeIntervalSeconds: why(Math.max(30, scrape), 'Rates over a minute or two need two samples in it.'),
    scrapeTimeoutSeconds: why(
      scrape,
      `Longer than one collect function may take (metrics.collectTimeoutMs, ${seconds(collectTimeoutMs)}), and never longer than the interval.`,
    ),
  };
}
