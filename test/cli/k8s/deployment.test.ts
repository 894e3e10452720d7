import { deploymentOf } from '../../../src/cli/k8s/deployment';
import { plainOf } from '../../../src/cli/k8s/why';
import { complaintsOf, type Manifest } from '../../support/kubernetes';
import { plannedFor, web, worker } from './made';
import { type Plan } from '../../../src/cli/k8s/plan';

/* eslint-disable @typescript-eslint/no-explicit-any */
const made = (plan: Plan): any => {
  const manifest = plainOf(deploymentOf(plan)) as Manifest;
  expect(complaintsOf(manifest)).toEqual([]);
  return manifest;
};
const containerOf = (plan: Plan): any => made(plan).spec.template.spec.containers[0];

test('an unprivileged pod that can write nothing but /tmp', () => {
  const { spec } = made(plannedFor(web())).spec.template;
  expect(spec.securityContext).toEqual({
    runAsNonRoot: true,
    runAsUser: 1_000,
    runAsGroup: 1_000,
    seccompProfile: { type: 'RuntimeDefault' },
  });
  expect(spec.containers[0].securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  expect(spec.containers[0].volumeMounts).toEqual([{ name: 'tmp', mountPath: '/tmp' }]);
  expect([spec.automountServiceAccountToken, spec.enableServiceLinks]).toEqual([false, false]);
});

test('no number of pods and no CPU limit; the version is no part of the selector', () => {
  const deployment = made(plannedFor(web()));
  expect(deployment.spec).not.toHaveProperty('replicas');
  expect(deployment.spec.selector.matchLabels).toEqual({ 'app.kubernetes.io/name': 'orders' });
  expect(deployment.spec.template.metadata).toEqual({
    labels: { 'app.kubernetes.io/name': 'orders', 'app.kubernetes.io/version': '1.2.3' },
  });
  expect(deployment.spec.template.spec.containers[0].resources).toEqual({
    requests: { cpu: '250m', memory: '512Mi' },
    limits: { memory: '512Mi' },
  });
});

test('probes: with a management port the startup probe is there, the others where callers are', () => {
  const ports = (plan: Plan) => {
    const { startupProbe, readinessProbe, livenessProbe } = containerOf(plan);
    return [startupProbe, readinessProbe, livenessProbe].map(({ httpGet }) => `${httpGet.port}${httpGet.path}`);
  };
  expect(ports(plannedFor(web()))).toEqual(['http/startupz', 'http/readyz', 'http/livez']);
  const apart = plannedFor(web({ management: { port: 9_091, basePath: '/actuator' } }));
  expect(ports(apart)).toEqual(['management/startupz', 'http/readyz', 'http/livez']);
  expect(containerOf(apart).ports).toEqual([
    { name: 'http', containerPort: 3_000 },
    { name: 'management', containerPort: 9_091 },
  ]);
});

test('a hook only where the drain is too short', () => {
  expect(containerOf(plannedFor(web()))).not.toHaveProperty('lifecycle');
  expect(containerOf(plannedFor(worker({ shutdown: { drainDelayMs: 0 } })))).not.toHaveProperty('lifecycle');
  const short = made(plannedFor(web({ shutdown: { drainDelayMs: 2_000 } }))).spec.template.spec;
  expect(short.containers[0].lifecycle).toEqual({ preStop: { sleep: { seconds: 3 } } });
  expect(short.terminationGracePeriodSeconds).toBe(33);
});

test('a namespace where one is asked for', () => {
  expect(made(plannedFor(web())).metadata).not.toHaveProperty('namespace');
  expect(made(plannedFor(web(), { namespace: 'shop' })).metadata.namespace).toBe('shop');
});

test('another configuration makes new pods', () => {
  const before = process.env['LOG_LEVEL'];
  const sum = (level: string): string => {
    process.env['LOG_LEVEL'] = level;
    const plan = plannedFor(web(), { env: { LOG_LEVEL: level } });
    expect(containerOf(plan).envFrom).toEqual([{ configMapRef: { name: 'orders' } }]);
    return made(plan).spec.template.metadata.annotations['checksum/config'];
  };
  try {
    expect(sum('warn')).toBe(sum('warn'));
    expect(sum('warn')).not.toBe(sum('error'));
  } finally {
    if (before === undefined) delete process.env['LOG_LEVEL'];
    else process.env['LOG_LEVEL'] = before;
  }
});

test('a rollout of a service that starts slowly is not given up too early', () => {
  const service = web();
  for (let i = 0; i < 6; i += 1) service.use({ name: `part-${i}` });
  expect(made(plannedFor(service)).spec.progressDeadlineSeconds).toBe(780);
});
