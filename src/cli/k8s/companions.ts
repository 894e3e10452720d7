import { labelsOf, metadataOf } from './deployment';
import { type Plan } from './plan';
import { why } from './why';

/** The ConfigMap; undefined where there is nothing to put in. */
export function configMapOf(plan: Plan): object | undefined {
  const { config } = plan.environment;
  if (Object.keys(config).length === 0) return undefined;
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadataOf(plan), data: config };
}

/** The Service. */
export function serviceOf(plan: Plan): object {
  const { name, managementPort } = plan.facts;
  const ports: object[] = [{ name: 'http', port: 80, targetPort: 'http' }];
  if (managementPort !== undefined)
    ports.push({
      name: 'management',
      port: why(
        managementPort,
        'Every caller on this port has access to /env and /loggers: let a NetworkPolicy admit Prometheus and nobody else.',
      ),
      targetPort: 'management',
    });
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(plan),
    spec: { selector: labelsOf(name), ports },
  };
}

/** The HorizontalPodAutoscaler. */
export function autoscalerOf(plan: Plan): object {
  const { facts, scale } = plan;
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: metadataOf(plan),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: facts.name },
      minReplicas: scale.minReplicas,
      maxReplicas: scale.maxReplicas,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: scale.cpuTarget } },
        },
      ],
      behavior: {
        scaleDown: {
          stabilizationWindowSeconds: why(
            300,
            'Load must have been lower for five minutes, so that pods do not come and go.',
          ),
          policies: [{ type: 'Pods', value: 1, periodSeconds: scale.downPeriodSeconds }],
        },
      },
    },
  };
}

/** The PodDisruptionBudget. */
export function disruptionBudgetOf(plan: Plan): object {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metadataOf(plan),
    spec: {
      maxUnavailable: plan.scale.maxUnavailable,
      unhealthyPodEvictionPolicy: why(
        'AlwaysAllow',
        'A pod that is not ready anyway must not block the drain of its node.',
      ),
      selector: { matchLabels: labelsOf(plan.facts.name) },
    },
  };
}

/** The ServiceMonitor of the Prometheus Operator. */
export function serviceMonitorOf(plan: Plan): object {
  const { facts, scale } = plan;
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: why(
      metadataOf(plan),
      'Some Prometheus look only at ServiceMonitors with a label of theirs (often release): see its serviceMonitorSelector.',
    ),
    spec: {
      selector: { matchLabels: labelsOf(facts.name) },
      endpoints: [
        {
          port: facts.managementPort === undefined ? 'http' : 'management',
          path: `${facts.basePath}/metrics`,
          interval: why(`${scale.scrapeIntervalSeconds.value}s`, scale.scrapeIntervalSeconds.reason),
          scrapeTimeout: why(`${scale.scrapeTimeoutSeconds.value}s`, scale.scrapeTimeoutSeconds.reason),
          relabelings: why(
            [{ action: 'labeldrop', regex: 'service' }],
            'The label service is of the metrics themselves: the one that is added for the Service would take its place.',
          ),
        },
      ],
    },
  };
}
