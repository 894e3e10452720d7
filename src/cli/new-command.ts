import { join, relative, resolve } from 'node:path';
import { exitInterrupted, misuse, type CliContext, type Command } from './command';
import { newFiles, type NewProject, type PackageManager } from './new-files';
import { readTemplate, refuseOccupied, writeFolder } from './new-folder';
import { nameProblem } from './new-name';
import { keelsonSpec, newWords, type NewWords } from './new-words';
import { ownVersion, packageRoot } from './own-package';
import { templateNamed, templates, type Template } from './templates';

type Prompt = NonNullable<CliContext['prompt']>;

/** All that is to be known before anything is written. */
interface Choices {
  readonly name: string;
  readonly template: Template;
  readonly dir: string;
  readonly pm: PackageManager;
}

/** `keelson new`: a project of its own, made from a template. Nothing is loaded from the current folder. */
export const newCommand: Command = async (words, context) => {
  const said = newWords(words);
  const prompt = said.yes ? undefined : context.prompt;
  const choices = prompt === undefined ? withDefaults(said, context) : await asked(said, context, prompt);
  if (choices === undefined) return exitInterrupted;
  const target = resolve(context.cwd, choices.dir);
  const keelson = said.keelson === undefined ? ownVersion() : keelsonSpec(said.keelson, context.cwd);
  const written = await write({ ...choices, keelson }, choices.template, target, context);
  if (!written) {
    context.err('interrupted; nothing was written\n');
    return exitInterrupted;
  }
  context.out(nextSteps(choices, target, context.cwd));
  return 0;
};

function write(project: NewProject, { name }: Template, target: string, context: CliContext): Promise<boolean> {
  return context.interruptible(async (signal) => {
    try {
      const template = await readTemplate(join(packageRoot, 'examples', name));
      await writeFolder(target, newFiles(template, project), signal);
      return true;
    } catch (error) {
      if (signal.aborted && error === signal.reason) return false;
      throw error;
    }
  });
}

function withDefaults(said: NewWords, { env }: CliContext): Choices {
  if (said.name === undefined) throw misuse('new: the name of the service is missing');
  const { name, template = templates[0], dir = name, pm = callersManager(env) } = said;
  return { name, template, dir, pm };
}

/** undefined: whoever was asked went away. */
async function asked(said: NewWords, context: CliContext, prompt: Prompt): Promise<Choices | undefined> {
  const name = said.name ?? (await answer(context, prompt, 'Name of the service: ', nameAnswer));
  if (name === undefined) return undefined;
  const template = said.template ?? (await answer(context, prompt, templateQuestion(), templateAnswer));
  if (template === undefined) return undefined;
  const dir = said.dir ?? (await answer(context, prompt, `Folder [${name}]: `, (text) => ({ value: text || name })));
  if (dir === undefined) return undefined;
  // Before the last question, so that nobody answers for nothing.
  await refuseOccupied(resolve(context.cwd, dir));
  const usual = callersManager(context.env);
  const pm = said.pm ?? (await answer(context, prompt, `npm or pnpm [${usual}]: `, managerAnswer(usual)));
  return pm === undefined ? undefined : { name, template, dir, pm };
}

type Answered<T> = { readonly value: T } | { readonly problem: string };

/** Asks until the answer will do. */
async function answer<T>(
  context: CliContext,
  prompt: Prompt,
  question: string,
  read: (text: string) => Answered<T>,
): Promise<T | undefined> {
  for (;;) {
    const text = await prompt(question);
    if (text === undefined) return undefined;
    const given = read(text.trim());
    if ('value' in given) return given.value;
    context.err(`${given.problem}\n`);
  }
}

function nameAnswer(text: string): Answered<string> {
  const problem = nameProblem(text);
  return problem === undefined ? { value: text } : { problem };
}

function templateQuestion(): string {
  const lines = templates.map(({ name, about }, at) => `  ${at + 1} ${name.padEnd(13)} ${about}\n`);
  return `Templates:\n${lines.join('')}Template [${templates[0].name}]: `;
}

function templateAnswer(text: string): Answered<Template> {
  const value = text === '' ? templates[0] : (templates[Number(text) - 1] ?? templateNamed(text));
  return value === undefined ? { problem: `A number from 1 to ${templates.length}, or the name.` } : { value };
}

function managerAnswer(usual: PackageManager): (text: string) => Answered<PackageManager> {
  return (text) => {
    const value = text === '' ? usual : text;
    return value === 'npm' || value === 'pnpm' ? { value } : { problem: 'npm or pnpm.' };
  };
}

/** Package managers tell the commands that they run who they are; `pnpm dlx keelson new` means pnpm. */
function callersManager(env: CliContext['env']): PackageManager {
  return env['npm_config_user_agent']?.startsWith('pnpm/') === true ? 'pnpm' : 'npm';
}

function nextSteps({ name, template, pm }: Choices, target: string, cwd: string): string {
  const way = relative(cwd, target);
  const lockfile = pm === 'npm' ? 'package-lock.json' : 'pnpm-lock.yaml';
  const folder = /^[\w./-]+$/.test(way) ? way : JSON.stringify(way);
  const steps = [...(way === '' ? [] : [`cd ${folder}`]), `${pm} install`, `${pm} test`, `${pm} start`];
  const lines = steps.map((step) => `  ${step}\n`).join('');
  return `${name} is in ${target}, made from the template ${template.name}. Next:\n\n${lines}\nCommit ${lockfile} too: the Dockerfile installs what it says.\n`;
}
