// docs/command-line.md: what `keelson --help` says, and where to read more.
import { createRequire } from 'node:module';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../docs-site/repository.mjs';

/** Where a command is explained; one that is not named here would be listed without an explanation, so it is an error. */
const guides = {
  new: ['A new service from a template', '[a new service](new.md)'],
  doctor: ['Proof that the service in this folder is sound', '[keelson doctor](doctor.md)'],
  k8s: ['Kubernetes manifests of the service in this folder', '[Kubernetes](kubernetes.md)'],
  print: ['Files for deployment and monitoring', '[monitoring](monitoring.md)'],
  config: ['Settings of the service in this folder', '[configuration](configuration.md)'],
  topology: ['What RabbitMQ must have for the service in this folder', '[operating RabbitMQ](rabbitmq.md)'],
  dlq: ['Dead letters: look, replay, delete', '[operating RabbitMQ](rabbitmq.md#dead-letters)'],
};

export function commandPage() {
  const { bin } = createRequire(import.meta.url)(join(root, 'package.json'));
  const usage = execFileSync(process.execPath, [join(root, bin.keelson), '--help'], { encoding: 'utf8' });
  const commands = [...new Set([...usage.matchAll(/^ {2}keelson ([a-z0-9]+)/gm)].map(([, name]) => name))];
  const unknown = commands.filter((name) => guides[name] === undefined);
  if (unknown.length > 0) throw new Error(`scripts/reference/commands.mjs does not know ${unknown.join(', ')}`);
  const rows = commands.map((name) => `| \`keelson ${name}\` | ${guides[name].join(' | ')} |`);
  return `# The command line

\`npx keelson\` in the folder of a service. This page is written by \`npm run docs:reference\`.

| command | what for | more |
|---|---|---|
${rows.join('\n')}

## What --help says

\`\`\`text
${usage.trimEnd()}
\`\`\`
`;
}
