import {
  autoscalerOf,
  configMapOf,
  disruptionBudgetOf,
  serviceMonitorOf,
  serviceOf,
} from '../../../src/cli/k8s/companions';
import { plainOf } from '../../../src/cli/k8s/why';
import { complaintsOf, type Manifest } from '../../support/kubernetes';
import { plannedFor, web } from './made';

/* eslint-disable @typescript-eslint/no-explicit-any */
const valid = (tree: object | undefined): any => {
  const manifest = plainOf(tree) as Manifest;
  expect(complaintsOf(manifest)).toEqual([]);
  return manifest;
};
const apart = plannedFor(
  web({ management: { port: 9_091, basePath: '/actuator' }, metrics: { collectTimeoutMs: 40_000 } }),
);

test('the schemas refuse what is wrong, and fields that they do not know', () => {
  const service = plainOf(serviceOf(plannedFor(web()))) as Manifest & { spec: object };
  expect(complaintsOf({ ...service, spec: { ...service.spec, ports: 'all' } })).toEqual(['/spec/ports type']);
  expect(complaintsOf({ ...service, spec: { ...service.spec, selectr: {} } })).toEqual(['/spec/selectr is not known']);
  expect(complaintsOf({ ...service, apiVersion: 'v2' })).toEqual(['there is no Service of v2']);
});

test('a Service with the management port where there is one', () => {
  expect(valid(serviceOf(plannedFor(web()))).spec.ports).toEqual([{ name: 'http', port: 80, targetPort: 'http' }]);
  expect(valid(serviceOf(apart)).spec.ports).toEqual([
    { name: 'http', port: 80, targetPort: 'http' },
    { name: 'management', port: 9_091, targetPort: 'management' },
  ]);
});

test('a ServiceMonitor for the port and the path that have the metrics', () => {
  // The label service is of the metrics themselves.
  const relabelings = [{ action: 'labeldrop', regex: 'service' }];
  expect(valid(serviceMonitorOf(plannedFor(web()))).spec.endpoints).toEqual([
    { port: 'http', path: '/metrics', interval: '30s', scrapeTimeout: '10s', relabelings },
  ]);
  expect(valid(serviceMonitorOf(apart)).spec.endpoints).toEqual([
    { port: 'management', path: '/actuator/metrics', interval: '45s', scrapeTimeout: '45s', relabelings },
  ]);
});

test('autoscaler and disruption budget', () => {
  const plan = plannedFor(web(), { replicas: 4 });
  expect(valid(autoscalerOf(plan)).spec).toMatchObject({
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'orders' },
    minReplicas: 4,
    maxReplicas: 20,
  });
  expect(valid(disruptionBudgetOf(plan)).spec).toMatchObject({ maxUnavailable: 1 });
});

test('a ConfigMap only where there is something to put in', () => {
  expect(configMapOf(apart)).toBeUndefined();
  const plan = { ...apart, environment: { config: { GREETING: 'yes' }, secrets: [] } };
  expect(valid(configMapOf(plan))).toMatchObject({ metadata: { name: 'orders' }, data: { GREETING: 'yes' } });
});
