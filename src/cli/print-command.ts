import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { KeelsonError } from '../core';
import { misuse, type Command } from './command';
import { namesService } from './load-service';

/** The examples lie in the package; sources and built files are both two floors below its folder. */
const examples = join(__dirname, '..', '..', 'examples');

/** Files that each template has one of. */
const ofTemplate: ReadonlyMap<string, string> = new Map([
  ['dockerfile', 'Dockerfile'],
  ['dockerignore', '.dockerignore'],
  ['compose', 'compose.yaml'],
]);

/** Files that all services share. */
const ofOperations: ReadonlyMap<string, string> = new Map([
  ['dashboard', 'grafana-dashboard.json'],
  ['rules', 'prometheus-rules.yaml'],
  ['prometheus', 'prometheus.yml'],
]);

/** Their folder. It is no template: its compose file mounts the others, and builds the folder above it. */
const operations = 'operations';

/** What can be printed. */
export const printable: readonly string[] = [...ofTemplate.keys(), ...ofOperations.keys()];

/** `keelson print`: a file of the package to standard output, with the name of the service in this folder where a template has its own. */
export const printCommand: Command = (words, { out, cwd }) => {
  const options = { template: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0 || !printable.includes(name))
    throw misuse(`${['print', ...positionals].join(' ')}: say one of ${printable.join(', ')}`);
  const shared = ofOperations.get(name);
  if (shared !== undefined && values.template !== undefined) throw misuse(`print ${name}: it is of no template`);
  out(
    shared === undefined
      ? fromTemplate(ofTemplate.get(name) as string, values.template ?? 'minimal', nameOf(cwd))
      : readFileSync(join(examples, operations, shared), 'utf8'),
  );
  return Promise.resolve(0);
};

/** @param own undefined: the template keeps its name */
function fromTemplate(file: string, template: string, own: string | undefined): string {
  if (template === operations) {
    const message =
      'operations is no template: its compose.yaml needs the files beside it. Copy them all: cp -r node_modules/keelson/examples/operations .';
    throw new KeelsonError('START_FAILED', message, { retryable: false });
  }
  const having = readdirSync(examples).filter((name) => name !== operations && existsSync(join(examples, name, file)));
  if (!having.includes(template)) {
    const message = `There is no ${file} of a template ${template}. Say --template and one of ${having.join(', ')}.`;
    throw new KeelsonError('START_FAILED', message, { retryable: false });
  }
  const text = readFileSync(join(examples, template, file), 'utf8');
  const old = packageName(join(examples, template));
  // As a function, for a name is no pattern of a replacement.
  return own === undefined || old === undefined ? text : text.replace(new RegExp(`\\b${old}\\b`, 'g'), () => own);
}

/** What the service of a folder is called; undefined if there is none. */
function nameOf(folder: string): string | undefined {
  return namesService(folder) ? packageName(folder) : undefined;
}

/** Without its scope: images and projects have none. */
function packageName(folder: string): string | undefined {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return undefined;
  const { name } = JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown };
  return typeof name === 'string' && name !== '' ? name.replace(/^@[^/]*\//, '') : undefined;
}
