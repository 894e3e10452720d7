import { parseArgs } from 'node:util';
import { type Service } from '../../service';
import { misuse, type CliContext, type Command } from '../command';
import { autoscalerOf, configMapOf, disruptionBudgetOf, serviceMonitorOf, serviceOf } from './companions';
import { deploymentOf } from './deployment';
import { environmentPlan } from './environment';
import { factsOf } from './facts';
import { planOf, type Plan } from './plan';
import { plainOf } from './why';
import { tagOf } from './words';
import { yamlOf } from './yaml-text';

const options = {
  image: { type: 'string' },
  replicas: { type: 'string', default: '2' },
  namespace: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** `keelson k8s`: the manifests of the service in this folder. */
export const k8sCommand: Command = async (words, context) => {
  const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
  if (positionals.length > 0) throw misuse(`k8s ${positionals.join(' ')}: not understood`);
  const { namespace } = values;
  if (!/^[1-9]\d{0,3}$/.test(values.replicas)) throw misuse('--replicas is a whole number from 1 to 9999');
  if (namespace !== undefined && !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(namespace))
    throw misuse('--namespace is lower-case letters, digits and hyphens, at most 63');
  if (values.image === '') throw misuse('--image is the name of an image');
  const nodeEnv = context.env['NODE_ENV'] ?? 'production';
  const service = await withNodeEnv(nodeEnv, () => context.load(context.cwd));
  const facts = factsOf(service);
  const needed = new Set(facts.isWorker ? ['messaging.url'] : []);
  // Messages stay in each pod without it.
  const used = new Set(facts.hasMessaging ? ['messaging.url'] : []);
  const environment = environmentPlan(service.config.describe(), context.env, needed, used);
  const image = values.image ?? `${service.name}:${tagOf(service.version)}`;
  const plan = planOf(facts, environment, { image, replicas: Number(values.replicas), namespace, nodeEnv });
  print(plan, values.json === true, context);
  return 0;
};

/** The pods run in production: its configuration file counts, unless another is asked for. */
async function withNodeEnv(name: string, load: () => Promise<Service>): Promise<Service> {
  const before = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = name;
  try {
    return await load();
  } finally {
    if (before === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = before;
  }
}

function print(plan: Plan, json: boolean, { out, err }: CliContext): void {
  const trees = [
    configMapOf(plan),
    deploymentOf(plan),
    serviceOf(plan),
    autoscalerOf(plan),
    disruptionBudgetOf(plan),
    serviceMonitorOf(plan),
  ].filter((tree) => tree !== undefined);
  if (json) {
    const list = { apiVersion: 'v1', kind: 'List', items: trees.map(plainOf) };
    out(`${JSON.stringify(list, null, 2)}\n`);
  } else out(yamlOf(trees.map((tree, i) => (i === 0 ? { head: headOf(plan), tree } : { tree }))));
  for (const advice of plan.advice) err(`keelson k8s: ${advice}\n`);
}

function headOf({ facts, advice, environment }: Plan): string {
  const lines = [
    `Written by \`keelson k8s\` from the settings of ${facts.name}. Do not edit: change the settings and write it again.`,
  ];
  if (environment.secrets.length > 0)
    lines.push(
      `It needs a Secret called ${facts.name} with ${environment.secrets.map(({ env, optional }) => (optional ? `${env} (optional)` : env)).join(', ')}.`,
    );
  return [...lines, ...advice.map((one) => `ATTENTION: ${one}`)].join('\n');
}
