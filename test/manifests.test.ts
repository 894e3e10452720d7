import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { complaintsOf, type Manifest } from './support/kubernetes';

/* eslint-disable @typescript-eslint/no-explicit-any */

/** The manifests of the templates are what Kubernetes and the Prometheus Operator take. That they are the command's own output is asked where the examples are compiled. */
const root = join(__dirname, '..');
const examples = join(root, 'examples');
const json = (file: string): { keelson?: { service?: string } } => JSON.parse(readFileSync(file, 'utf8'));
const names = readdirSync(examples).filter((name) => {
  const file = join(examples, name, 'package.json');
  return existsSync(file) && json(file).keelson?.service !== undefined;
});
const fileOf = (name: string): string => join(examples, name, 'deploy', 'k8s.yaml');

const manifestsIn = (name: string): Manifest[] =>
  parseAllDocuments(readFileSync(fileOf(name), 'utf8')).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS();
  });

test('every example that names its service has manifests', () => {
  expect(names).toEqual(expect.arrayContaining(['minimal', 'event-worker']));
  expect(names.filter((name) => !existsSync(fileOf(name)))).toEqual([]);
});

test.each(names)('%s: valid by the schemas of Kubernetes and of the Prometheus Operator', (name) => {
  const manifests = manifestsIn(name);
  // Only what has to be set for it comes from the environment.
  const settings = name === 'minimal' ? [] : ['ConfigMap'];
  expect(manifests.map(({ kind }) => kind)).toEqual([
    ...settings,
    'Deployment',
    'Service',
    'HorizontalPodAutoscaler',
    'PodDisruptionBudget',
    'ServiceMonitor',
  ]);
  for (const manifest of manifests) expect(complaintsOf(manifest)).toEqual([]);
});

test.each(names)('%s: the service is told the grace period that the pod has', (name) => {
  const deployment = manifestsIn(name).find(({ kind }) => kind === 'Deployment');
  const pod = (deployment as any).spec.template.spec;
  const [container] = pod.containers;
  const told = container.env.find((one: { name: string }) => one.name === 'SHUTDOWN_GRACE_PERIOD_MS').value;
  const before = container.lifecycle?.preStop.sleep.seconds ?? 0;
  expect(Number(told)).toBe((pod.terminationGracePeriodSeconds - before) * 1_000);
});

test('docs/kubernetes.md has the numbers of a service without settings of its own', () => {
  const page = readFileSync(join(root, 'docs/kubernetes.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([^`]+)` \| ([^|]+) \| [^|]*\| [^|]+\|$/gm)];
  const table = rows.map(([, field = '', value = '']) => [field, value.trim()] as const);
  expect(table.length).toBeGreaterThan(20);
  const manifests = manifestsIn('minimal') as any[];
  const container = manifests[0].spec.template.spec.containers[0];
  const variable = (name: string): unknown => container.env.find((one: { name: string }) => one.name === name)?.value;
  const roots = [
    ...manifests.map(({ spec }) => spec),
    manifests[0].spec.template.spec,
    container,
    container.lifecycle,
    manifests[2].spec.metrics[0].resource.target,
    manifests[2].spec.behavior.scaleDown,
    manifests[4].spec.endpoints[0],
  ];
  const found = (field: string): unknown => {
    if (/^[A-Z_]+$/.test(field)) return variable(field);
    const path = field.split(/[.[\]]+/).filter((part) => part !== '');
    const values = roots.map((root) => path.reduce((value, part) => value?.[part], root));
    return values.find((value) => value !== undefined);
  };
  const shown = (value: unknown): string => (value === undefined ? 'none' : JSON.stringify(value).replaceAll('"', ''));
  expect(table).toEqual(table.map(([field]) => [field, shown(found(field))]));
});
