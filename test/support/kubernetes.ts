/* eslint-disable @typescript-eslint/no-require-imports */
import { dirname, join } from 'node:path';

/** An object for Kubernetes, read from YAML or JSON. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly [name: string]: unknown;
}

interface Validate {
  (data: unknown): boolean;
  errors?: readonly { instancePath: string; keyword: string }[] | null;
}

/** The compiled schemas themselves: the classes around them check a copy, so that nobody could tell which fields they looked at. */
const schemaOf = (name: string, from = 'kubernetes-models'): Validate => {
  const folder = dirname(require.resolve(from));
  return (require(join(folder, '_schemas', name)) as { validate: Validate }).validate;
};

const schemas: Readonly<Record<string, Validate>> = {
  'v1 ConfigMap': schemaOf('IoK8sApiCoreV1ConfigMap'),
  'v1 Service': schemaOf('IoK8sApiCoreV1Service'),
  'apps/v1 Deployment': schemaOf('IoK8sApiAppsV1Deployment'),
  'autoscaling/v2 HorizontalPodAutoscaler': schemaOf('IoK8sApiAutoscalingV2HorizontalPodAutoscaler'),
  'policy/v1 PodDisruptionBudget': schemaOf('IoK8sApiPolicyV1PodDisruptionBudget'),
  'monitoring.coreos.com/v1 ServiceMonitor': schemaOf(
    'MonitoringCoreosComV1ServiceMonitor',
    '@kubernetes-models/prometheus-operator',
  ),
};

/** What the schema of its kind has against it; fields that the schema does not know, too: Kubernetes drops them. */
export function complaintsOf(manifest: Manifest): string[] {
  const validate = schemas[`${manifest.apiVersion} ${manifest.kind}`];
  if (validate === undefined) return [`there is no ${manifest.kind} of ${manifest.apiVersion}`];
  const looks: Look[] = [];
  if (!validate(watched(manifest, '', looks)))
    return (validate.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
  return looks.flatMap(({ path, names, asked }) =>
    names.filter((name) => !asked.has(name)).map((name) => `${path}/${name} is not known`),
  );
}

/** An object of the manifest: what it has, and what the schema asked it for. */
interface Look {
  readonly path: string;
  readonly names: readonly string[];
  readonly asked: Set<string>;
}

/** The schemas take fields that they do not know, but never look at their values. */
function watched(value: unknown, path: string, looks: Look[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item, i) => watched(item, `${path}/${i}`, looks));
  const members = Object.entries(value).map(([name, item]) => [name, watched(item, `${path}/${name}`, looks)]);
  const look = { path, names: Object.keys(value), asked: new Set<string>() };
  looks.push(look);
  return new Proxy(Object.fromEntries(members) as object, {
    get: (target, name, receiver) => {
      if (typeof name === 'string') look.asked.add(name);
      return Reflect.get(target, name, receiver) as unknown;
    },
  });
}
