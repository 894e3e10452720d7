import { type EnvironmentPlan } from './environment';
import { type Facts } from './facts';
import { probePlan, type ProbePlan } from './probe-plan';
import { resourcePlan, type ResourcePlan } from './resource-plan';
import { scalePlan, type ScalePlan } from './scale-plan';
import { stopPlan, type StopPlan } from './stop-plan';

/** What whoever runs the command decides. */
export interface Wishes {
  readonly image: string;
  /** Pods that there shall always be, 1 or more. */
  readonly replicas: number;
  /** Undefined: the one that kubectl has at the time. */
  readonly namespace: string | undefined;
  readonly nodeEnv: string;
}

/** All numbers of a service's manifests. */
export interface Plan extends Wishes {
  readonly facts: Facts;
  readonly stop: StopPlan;
  readonly probes: ProbePlan;
  readonly resources: ResourcePlan;
  readonly scale: ScalePlan;
  readonly environment: EnvironmentPlan;
  /** What does not fit, and what to do. */
  readonly advice: readonly string[];
}

/** Computes everything. */
export function planOf(facts: Facts, environment: EnvironmentPlan, wishes: Wishes): Plan {
  const stop = stopPlan(facts);
  const probes = probePlan(facts);
  const resources = resourcePlan(facts);
  const { isWorker, collectTimeoutMs } = facts;
  const graceSeconds = stop.graceSeconds.value;
  const scale = scalePlan({ replicas: wishes.replicas, isWorker, graceSeconds, collectTimeoutMs });
  const advice = [...facts.advice, ...stop.advice, ...resources.advice];
  return { ...wishes, facts, stop, probes, resources, scale, environment, advice };
}
