import { createHash } from 'node:crypto';
import { environmentOf } from './pod-environment';
import { type Plan } from './plan';
import { type ProbeNumbers } from './probe-plan';
import { why } from './why';
import { tagOf } from './words';

/** What each object of a service is called and labelled. */
export function metadataOf({ facts, namespace }: Plan): object {
  return { name: facts.name, namespace, labels: labelsOf(facts.name) };
}

/** What selects the pods; never to be changed, so the version is not among them. */
export function labelsOf(name: string): Readonly<Record<string, string>> {
  return { 'app.kubernetes.io/name': name };
}

/** The Deployment. */
export function deploymentOf(plan: Plan): object {
  const { facts, probes } = plan;
  const labels = labelsOf(facts.name);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(plan),
    spec: {
      selector: why(
        { matchLabels: labels },
        'No replicas here: the HorizontalPodAutoscaler sets them, and a number in this file would undo that with each apply.',
      ),
      progressDeadlineSeconds: probes.progressDeadlineSeconds,
      strategy: {
        type: 'RollingUpdate',
        rollingUpdate: why(
          { maxUnavailable: 0, maxSurge: 1 },
          'A new pod must be ready before an old one goes: a rollout never takes capacity away.',
        ),
      },
      template: {
        metadata: {
          labels: { ...labels, 'app.kubernetes.io/version': tagOf(facts.version) },
          annotations: checksumOf(plan),
        },
        spec: podOf(plan),
      },
    },
  };
}

/** Pods do not notice that a ConfigMap has changed: a new annotation makes new ones. */
function checksumOf({ environment }: Plan): object | undefined {
  if (Object.keys(environment.config).length === 0) return undefined;
  const sum = createHash('sha256').update(JSON.stringify(environment.config)).digest('hex');
  return {
    'checksum/config': why(
      sum.slice(0, 16),
      'Of the ConfigMap: pods do not notice that it has changed, a rollout by a new sum does.',
    ),
  };
}

function podOf(plan: Plan): object {
  const { facts } = plan;
  const { graceSeconds, preStopSeconds } = plan.stop;
  return {
    terminationGracePeriodSeconds: why(
      graceSeconds.value,
      preStopSeconds.value === 0 ? `${graceSeconds.reason}\n${preStopSeconds.reason}` : graceSeconds.reason,
    ),
    automountServiceAccountToken: why(false, 'The service does not talk to Kubernetes: a token could only be stolen.'),
    enableServiceLinks: why(
      false,
      'Else each Service of the namespace sets variables in here: one called "management" would set MANAGEMENT_PORT=tcp://..., which is a setting of this service.',
    ),
    securityContext: {
      runAsNonRoot: why(
        true,
        "A process that is root in its container is half way out of it. 1000 is the image's user node.",
      ),
      runAsUser: 1_000,
      runAsGroup: 1_000,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    topologySpreadConstraints: why(
      [spreadOver('kubernetes.io/hostname', facts.name), spreadOver('topology.kubernetes.io/zone', facts.name)],
      'Pods spread over nodes and zones, so that one failure takes one. ScheduleAnyway: a crowded pod is better than none. The label makes each rollout count for itself (Kubernetes 1.27).',
    ),
    containers: [containerOf(plan)],
    volumes: [{ name: 'tmp', emptyDir: { sizeLimit: '64Mi' } }],
  };
}

function spreadOver(topologyKey: string, name: string): object {
  return {
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: labelsOf(name) },
    matchLabelKeys: ['pod-template-hash'],
  };
}

function containerOf(plan: Plan): object {
  const { facts, stop, probes, resources, image } = plan;
  const { port, managementPort } = facts;
  const management = managementPort === undefined ? 'http' : 'management';
  const ports = [{ name: 'http', containerPort: port }];
  if (managementPort !== undefined) ports.push({ name: 'management', containerPort: managementPort });
  const preStop = stop.preStopSeconds;
  const hook = { preStop: { sleep: { seconds: preStop.value } } };
  const memory = `${resources.memoryMiB.value}Mi`;
  return {
    name: facts.name,
    image: why(image, 'A tag that never moves, or a digest: else two pods of one Deployment run different code.'),
    ports,
    ...environmentOf(plan),
    lifecycle: preStop.value === 0 ? undefined : why(hook, preStop.reason),
    startupProbe: why(probeOf('/startupz', management, probes.startup), 'Has it started?'),
    readinessProbe: why(probeOf('/readyz', 'http', probes.readiness), 'May it be sent requests?'),
    livenessProbe: why(probeOf('/livez', 'http', probes.liveness), 'Would only a restart help?'),
    resources: {
      requests: {
        cpu: why(`${resources.cpuMilli.value}m`, resources.cpuMilli.reason),
        memory: why(memory, resources.memoryMiB.reason),
      },
      limits: { memory },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: why(
        true,
        'Who breaks in can leave nothing behind. /tmp is there for libraries that need one.',
      ),
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
  };
}

function probeOf(path: string, port: string, numbers: ProbeNumbers): object {
  return { httpGet: { path, port }, ...numbers };
}
