import { parseArgs } from 'node:util';
import { type AppliedDeclaration, type Declaration } from '../messaging/amqp';
import { sourcesOf, type Service } from '../service';
import { brokerUrl, quietly } from './broker-url';
import { misuse, type CliContext, type Command } from './command';
import { appliedJson, appliedTable, topologyJson, topologyTable } from './topology-table';

const options = {
  json: { type: 'boolean' },
  url: { type: 'string' },
  'dry-run': { type: 'boolean' },
} as const;

/** `keelson topology`: what the broker must have for the service in this folder. */
export const topologyCommand: Command = async (words, context) => {
  const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
  const [verb, ...more] = positionals;
  if ((verb !== 'print' && verb !== 'apply') || more.length > 0)
    throw misuse(`topology ${positionals.join(' ')}: not understood; it is print or apply`);
  const service = await quietly(context);
  const declarations = neededBy(service, context);
  const json = values.json === true;
  if (verb === 'print') {
    context.out(json ? `${JSON.stringify(topologyJson(declarations), null, 2)}\n` : topologyTable(declarations));
    return 0;
  }
  const url = await brokerUrl(values.url, context, service);
  const declare = values['dry-run'] !== true;
  const applied = await context.interruptible((signal) =>
    context.amqp().applyTopology(declarations, { url, declare }, signal),
  );
  context.out(json ? `${JSON.stringify(appliedJson(applied), null, 2)}\n` : appliedTable(applied));
  return refused(applied, context) ? 1 : 0;
};

function neededBy(service: Service, context: CliContext): readonly Declaration[] {
  const sources = sourcesOf(service);
  if (sources === undefined) context.err(`${service.name} has no messaging: nothing asks for service.messaging.\n`);
  else if (sources.length === 0)
    context.err(`${service.name} takes no messages: it subscribes nothing and handles nothing when it is made.\n`);
  const queueType = service.config.get('messaging.queueType') as 'quorum' | 'classic';
  return context.amqp().topologyOf(sources ?? [], { queueType });
}

function refused(applied: readonly AppliedDeclaration[], { err }: CliContext): boolean {
  for (const { error } of applied) if (error !== undefined) err(`${error.message}\n`);
  return applied.some(({ state }) => state === 'refused' || state === 'missing');
}
