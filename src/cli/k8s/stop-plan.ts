import { shareOfStop } from '../../service';
import { why, type Why } from './why';
import { seconds } from './words';

/** What of a service its stop depends on; milliseconds. */
export interface StopFacts {
  readonly drainDelayMs: number;
  /** How long a stop may take, the drain delay included. */
  readonly timeoutMs: number;
  /** How long a request may take. */
  readonly requestTimeoutMs: number;
  /** Does somebody call it? */
  readonly hasRoutes: boolean;
  /** How long callers take to learn of a drain from a registry; undefined where none is asked. */
  readonly registryLagMs: number | undefined;
}

/** How a pod is stopped. */
export interface StopPlan {
  /** Seconds from the decision to stop the pod to SIGKILL. */
  readonly graceSeconds: Why<number>;
  /** Seconds that pass before SIGTERM is sent; 0: no hook is needed. */
  readonly preStopSeconds: Why<number>;
  /** Milliseconds from SIGTERM to SIGKILL: what the service compares its settings with. */
  readonly gracePeriodMs: number;
  readonly advice: readonly string[];
}

/** How long kube-proxy, gateways and callers may go on sending requests to a pod that is being deleted, in milliseconds. */
export const routesSettleMs = 5_000;
/** What is added to a stop for the signal's way, a node that is busy and the exit, in milliseconds. */
export const stopMarginMs = 5_000;

/** From the shutdown settings to the numbers of a pod. */
export function stopPlan(facts: StopFacts): StopPlan {
  const { timeoutMs, drainDelayMs } = facts;
  const { drainMs } = shareOfStop(timeoutMs, drainDelayMs);
  const preStopSeconds = preStopOf(facts, drainMs);
  const ownSeconds = Math.ceil((timeoutMs + stopMarginMs) / 1_000);
  const before = preStopSeconds.value === 0 ? '' : `preStop (${preStopSeconds.value} s) + `;
  const reason =
    `${before}shutdown.timeoutMs (${seconds(timeoutMs)}, the drain of ${seconds(drainMs)} included) + ${seconds(stopMarginMs)} for the signal's way, a busy node and the exit. ` +
    `${shareInWords(facts)}`;
  return {
    graceSeconds: why(preStopSeconds.value + ownSeconds, reason),
    preStopSeconds,
    gracePeriodMs: ownSeconds * 1_000,
    advice: adviceOn(facts, drainMs),
  };
}

function preStopOf({ hasRoutes }: StopFacts, drainMs: number): Why<number> {
  const spared = drainMs === 0 ? '' : ` SHUTDOWN_DRAIN_DELAY_MS=0 would make each stop ${seconds(drainMs)} shorter.`;
  if (!hasRoutes)
    return why(0, `No preStop hook: nobody calls this service, so nobody has to learn that it goes.${spared}`);
  const missingMs = routesSettleMs - drainMs;
  if (missingMs <= 0)
    return why(
      0,
      `No preStop hook: after SIGTERM keelson itself serves on for ${seconds(drainMs)} (shutdown.drainDelayMs), and the cluster needs ${seconds(routesSettleMs)} to send requests elsewhere. A hook would only add to that.`,
    );
  return why(
    Math.ceil(missingMs / 1_000),
    `The cluster needs ${seconds(routesSettleMs)} to send requests elsewhere, and after SIGTERM keelson serves on for ${seconds(drainMs)} only: the rest has to pass before the signal. SHUTDOWN_DRAIN_DELAY_MS=${routesSettleMs} would do the same without a hook. The action sleep needs Kubernetes 1.30.`,
  );
}

/** Is the longest request waited for? */
function shareInWords({ timeoutMs, drainDelayMs, requestTimeoutMs, hasRoutes }: StopFacts): string {
  const { drainMs, workMs, keptBackMs } = shareOfStop(timeoutMs, drainDelayMs);
  if (!hasRoutes)
    return `Messages in hand have ${seconds(drainMs + workMs)} to end; the broker gives what is left to others.`;
  if (workMs >= requestTimeoutMs)
    return `After the drain ${seconds(workMs)} are left for requests in hand, and http.timeoutMs lets none take longer than ${seconds(requestTimeoutMs)}.`;
  const neededMs = Math.ceil((drainDelayMs + requestTimeoutMs + Math.max(keptBackMs, 2_000)) / 1_000) * 1_000;
  return `After the drain ${seconds(workMs)} are left for requests in hand, though http.timeoutMs allows ${seconds(requestTimeoutMs)}: SHUTDOWN_TIMEOUT_MS=${neededMs} would wait for the longest.`;
}

function adviceOn({ timeoutMs, drainDelayMs, hasRoutes, registryLagMs }: StopFacts, drainMs: number): string[] {
  const advice: string[] = [];
  if (drainMs < drainDelayMs)
    advice.push(
      `shutdown.drainDelayMs is ${seconds(drainDelayMs)}, but a stop may take ${seconds(timeoutMs)} in all, so the drain is cut to ${seconds(drainMs)}. SHUTDOWN_TIMEOUT_MS=${drainDelayMs + 4_000} would have room for all of it.`,
    );
  if (hasRoutes && registryLagMs !== undefined && drainMs < registryLagMs)
    advice.push(
      `Callers that find this service by Eureka learn after up to ${seconds(registryLagMs)} that it goes, and the drain is over after ${seconds(drainMs)}: they must retry on another instance, or SHUTDOWN_DRAIN_DELAY_MS must be ${registryLagMs}.`,
    );
  return advice;
}
