import { KeelsonError } from '../core';
import { makerOf } from './new-name';

/** A file of a project; the path is relative, with slashes. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
}

/** Who installs the packages of the new project. */
export type PackageManager = 'npm' | 'pnpm';

/** What a template is to become. */
export interface NewProject {
  readonly name: string;
  readonly pm: PackageManager;
  /** What stands for keelson under dependencies. */
  readonly keelson: string;
}

interface Manifest {
  name: string;
  license?: string;
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies?: Record<string, string>;
}

/** npm packs no file of this name, so no template can bring it. */
const gitignore = 'node_modules/\ndist/\ncoverage/\n*.log\n.env\n.DS_Store\n';

/** The release of pnpm that builds the image; its lockfile is that of the releases from 9 on. */
const pnpm = 'npx --yes pnpm@10';

/** Where a template says npm, and what a user of pnpm says: the more special come first. */
const saysPnpm: readonly (readonly [file: RegExp, from: RegExp, to: string])[] = [
  [/^Dockerfile$/, /\bnpm ci --omit=dev\b/g, `${pnpm} install --frozen-lockfile --prod`],
  [/^Dockerfile$/, /\bnpm ci\b/g, `${pnpm} install --frozen-lockfile`],
  [/^Dockerfile$/, /package\*\.json/g, 'package.json pnpm-lock.yaml'],
  [/^README\.md$|^package\.json$/, /\bnpm (ci|install|run|start|test)\b/g, 'pnpm $1'],
  [/^README\.md$/, /\bnpx keelson\b/g, 'pnpm exec keelson'],
  [/^README\.md$|^\.dockerignore$/, /\bpackage-lock\.json\b/g, 'pnpm-lock.yaml'],
];

/**
 * The files of a new project, made from those of a template. Renames the service: its old name, which is the template's in package.json, is replaced
 * wherever it stands as a word of its own, and so is the function that makes it.
 *
 * @throws START_FAILED if the template's code already uses the new name for something else
 */
export function newFiles(template: readonly TextFile[], project: NewProject): TextFile[] {
  const old = manifestOf(template).name;
  const [from, to] = [makerOf(old), makerOf(project.name)];
  refuseTaken(template, project.name, from, to);
  const words = new RegExp(`\\b(?:${old}|${from})\\b`, 'g');
  const renamed = (text: string): string => text.replace(words, (word) => (word === old ? project.name : to));
  const files = template.map(({ path, text }) => {
    const file = { path: renamed(path), text: renamed(text) };
    const manifest = path === 'package.json' ? { ...file, text: manifestText(file, project) } : file;
    return project.pm === 'pnpm' ? { ...manifest, text: inPnpm(manifest) } : manifest;
  });
  return [...files, { path: '.gitignore', text: gitignore }];
}

function refuseTaken(template: readonly TextFile[], name: string, from: string, to: string): void {
  const { dependencies, devDependencies } = manifestOf(template);
  if (Object.hasOwn({ ...dependencies, ...devDependencies }, name)) {
    throw refused(`${name} is a package that the template needs, so the service cannot have that name. Take another.`);
  }
  const word = new RegExp(`\\b${to}\\b`);
  if (from === to || !template.some(({ text }) => word.test(text))) return;
  throw refused(`${name} would be made by a function ${to}, and the template has one of that name. Take another name.`);
}

function manifestOf(files: readonly TextFile[]): Manifest {
  const file = files.find(({ path }) => path === 'package.json');
  if (file === undefined) throw refused('The template has no package.json.');
  return JSON.parse(file.text) as Manifest;
}

function manifestText(file: TextFile, { keelson }: NewProject): string {
  // The licence is that of the example; whose the new project is, its owner says.
  const { license: _, ...manifest } = manifestOf([file]);
  const dependencies = { ...manifest.dependencies, keelson };
  return `${JSON.stringify({ ...manifest, dependencies }, null, 2)}\n`;
}

function inPnpm({ path, text }: TextFile): string {
  return saysPnpm.filter(([file]) => file.test(path)).reduce((now, [, from, to]) => now.replace(from, to), text);
}

function refused(message: string): KeelsonError {
  return new KeelsonError('START_FAILED', message, { retryable: false });
}
