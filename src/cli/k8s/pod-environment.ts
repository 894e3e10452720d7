import { type SecretVariable } from './environment';
import { type Plan } from './plan';
import { why, Why } from './why';

/** `env` and `envFrom` of the container. */
export function environmentOf(plan: Plan): { env: object[]; envFrom: unknown } {
  const { facts, environment } = plan;
  const hasConfig = Object.keys(environment.config).length > 0;
  return {
    env: [...computed(plan), ...environment.secrets.map((one) => secretVariable(facts.name, one))],
    envFrom: hasConfig
      ? why(
          [{ configMapRef: { name: facts.name } }],
          'What was set by the environment when this was written. What stands in env wins.',
        )
      : undefined,
  };
}

function computed({ facts, stop, resources, nodeEnv }: Plan): object[] {
  const { heapMiB } = resources;
  const variables: object[] = [
    { name: 'NODE_ENV', value: nodeEnv },
    { name: 'NODE_OPTIONS', value: why(`--max-old-space-size=${heapMiB.value}`, heapMiB.reason) },
    {
      name: 'SHUTDOWN_GRACE_PERIOD_MS',
      value: why(
        String(stop.gracePeriodMs),
        'terminationGracePeriodSeconds once more, without preStop, in ms: a pod cannot read it, and so keelson can warn when a stop would take longer.',
      ),
    },
  ];
  for (const [name, port] of Object.entries(facts.fixedPorts)) variables.push({ name, value: String(port) });
  if (facts.registers)
    variables.push({
      name: 'INSTANCE_HOST',
      valueFrom: why({ fieldRef: { fieldPath: 'status.podIP' } }, 'The address that the registry tells callers.'),
    });
  return variables;
}

function secretVariable(secret: string, { env, doc, optional }: SecretVariable): object {
  const from = { name: secret, key: env, optional: optional ? true : undefined };
  return { name: env, valueFrom: new Why({ secretKeyRef: from }, doc) };
}
