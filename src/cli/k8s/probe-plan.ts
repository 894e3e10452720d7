import { why, type Why } from './why';
import { seconds } from './words';

/** What of a service its probes depend on; milliseconds. */
export interface ProbeFacts {
  readonly checkIntervalMs: number;
  readonly checkTimeoutMs: number;
  readonly checkFailures: number;
  /** Must the registry have answered before it is ready? */
  readonly registryRequired: boolean;
  /** Must the broker have answered before it is ready? */
  readonly brokerRequired: boolean;
  /** How many parts with a start of their own it has. */
  readonly components: number;
}

/** Numbers of one probe, in the unit of Kubernetes. */
export interface ProbeNumbers {
  readonly periodSeconds: Why<number>;
  readonly timeoutSeconds: Why<number>;
  readonly failureThreshold: Why<number>;
}

export interface ProbePlan {
  readonly startup: ProbeNumbers;
  readonly readiness: ProbeNumbers;
  readonly liveness: ProbeNumbers;
  /** Seconds after which a rollout that makes no progress is given up; undefined: Kubernetes' own 600 are enough. */
  readonly progressDeadlineSeconds: Why<number> | undefined;
}

/** Node.js, its modules and an image that was never read before, on a busy node. */
const bootMs = 30_000;
/** What keelson gives a registry or a broker that is required. */
const requiredMs = 10_000;
/** What keelson gives a component. */
const componentMs = 60_000;
const usualProgressSeconds = 600;

/** From the health settings and what a start waits for to the numbers of the probes. */
export function probePlan(facts: ProbeFacts): ProbePlan {
  const startSeconds = Math.ceil(startMs(facts) / 1_000);
  return {
    startup: {
      periodSeconds: why(
        1,
        'Asked each second, so that a start of half a second is over after one. The other probes begin only then.',
      ),
      timeoutSeconds: why(1, 'Answered from memory.'),
      failureThreshold: why(startSeconds, startInWords(facts, startSeconds)),
    },
    readiness: readiness(facts),
    liveness: liveness(facts),
    progressDeadlineSeconds:
      startSeconds * 2 <= usualProgressSeconds
        ? undefined
        : why(startSeconds * 2, `A start may take ${startSeconds} s, and this must be longer: twice that.`),
  };
}

function startMs({ registryRequired, brokerRequired, components }: ProbeFacts): number {
  return bootMs + (registryRequired ? requiredMs : 0) + (brokerRequired ? requiredMs : 0) + components * componentMs;
}

function startInWords({ registryRequired, brokerRequired, components }: ProbeFacts, startSeconds: number): string {
  const parts = [`${seconds(bootMs)} to boot on a busy node`];
  if (registryRequired) parts.push(`${seconds(requiredMs)} for the registry, which is required`);
  if (brokerRequired) parts.push(`${seconds(requiredMs)} for the broker, which is required`);
  if (components === 1) parts.push(`${seconds(componentMs)} for the component`);
  if (components > 1) parts.push(`${components} x ${seconds(componentMs)} for the components`);
  return `A start may take ${startSeconds} s: ${parts.join(' + ')}. One that fails exits by itself; this is only for one that hangs.`;
}

/** Twice within the interval of the checks, so that the probe adds no more than half of it. */
function readiness(facts: ProbeFacts): ProbeNumbers {
  const { checkIntervalMs, checkTimeoutMs, checkFailures } = facts;
  const period = clamp(Math.floor(checkIntervalMs / 2_000), 1, 10);
  const timeout = 2;
  const threshold = 2;
  const checkedMs = checkIntervalMs * checkFailures + checkTimeoutMs;
  const noticedMs = checkedMs + (period * threshold + timeout) * 1_000;
  return {
    periodSeconds: why(
      period,
      `Checks run each ${seconds(checkIntervalMs)} (health.intervalMs) and never for a probe, so asking is cheap, but asking much more often would tell nothing new.`,
    ),
    timeoutSeconds: why(
      timeout,
      'Answered from memory, also while a check hangs: a longer wait means that the event loop is busy.',
    ),
    failureThreshold: why(
      threshold,
      `health.failures (${checkFailures}) failed runs have been counted before readyz says 503; two here, so that one late answer takes no pod out. What fails for good takes it out within ${seconds(noticedMs)}.`,
    ),
  };
}

/** Liveness may restart: it asks seldom, waits long and needs proof. */
function liveness({ checkIntervalMs }: ProbeFacts): ProbeNumbers {
  const period = clamp(Math.ceil((2 * checkIntervalMs) / 1_000), 10, 60);
  const timeout = 5;
  const threshold = 3;
  return {
    periodSeconds: why(
      period,
      `Twice health.intervalMs (${seconds(checkIntervalMs)}), from 10 to 60 s: a restart is no cure for what passes by itself.`,
    ),
    timeoutSeconds: why(
      timeout,
      'A long garbage collection, or a node without processor time, is no reason for a restart.',
    ),
    failureThreshold: why(
      threshold,
      `The event loop must stand still for more than ${period * (threshold - 1)} s before the pod is restarted. No other system counts in livez.`,
    ),
  };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
