import { isAbsolute, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { misuse } from './command';
import { type PackageManager } from './new-files';
import { nameProblem } from './new-name';
import { templateNamed, templates, type Template } from './templates';

/** What the words of `keelson new` say; undefined is what they leave out. */
export interface NewWords {
  readonly name: string | undefined;
  readonly template: Template | undefined;
  readonly dir: string | undefined;
  readonly pm: PackageManager | undefined;
  readonly keelson: string | undefined;
  readonly yes: boolean;
}

const options = {
  template: { type: 'string', short: 't' },
  dir: { type: 'string' },
  pm: { type: 'string' },
  keelson: { type: 'string' },
  yes: { type: 'boolean', short: 'y' },
} as const;

/** @throws a misuse for what is not understood */
export function newWords(words: readonly string[]): NewWords {
  const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
  const [name, ...more] = positionals;
  if (more.length > 0) throw misuse(`new ${positionals.join(' ')}: one name is wanted`);
  const problem = name === undefined ? undefined : nameProblem(name);
  if (problem !== undefined) throw misuse(problem);
  for (const option of ['dir', 'keelson'] as const) if (values[option] === '') throw misuse(`--${option} is empty`);
  return {
    name,
    template: values.template === undefined ? undefined : template(values.template),
    dir: values.dir,
    pm: values.pm === undefined ? undefined : packageManager(values.pm),
    keelson: values.keelson,
    yes: values.yes === true,
  };
}

function template(text: string): Template {
  const found = templateNamed(text);
  if (found !== undefined) return found;
  throw misuse(`there is no template ${text}; there are ${templates.map(({ name }) => name).join(', ')}`);
}

function packageManager(text: string): PackageManager {
  if (text === 'npm' || text === 'pnpm') return text;
  throw misuse(`--pm ${text}: it is npm or pnpm`);
}

/** What stands in package.json: a path is meant from here, and must hold in the new folder. */
export function keelsonSpec(spec: string, cwd: string): string {
  const path = spec.replace(/^file:/, '');
  const isPath = path !== spec || path.startsWith('.') || isAbsolute(path) || /^[^:]*\.tgz$/.test(path);
  return isPath ? `file:${resolve(cwd, path)}` : spec;
}
