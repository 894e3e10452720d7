// A folder that stands for an image: COPY copies into it, RUN runs in it as a user without privileges.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import dockerignore from '@balena/dockerignore';

/** nobody; a script that is not run by root runs what it runs as itself. */
const nobody = '65534';
const privileged = process.getuid() === 0;

/** The command that runs words without privileges. setpriv becomes what it runs, so signals arrive there. */
export function unprivileged(words) {
  if (!privileged) return words;
  return ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--no-new-privs', ...words];
}

/** Gives a folder and what is in it to the user without privileges. */
export function handOver(folder) {
  if (privileged) execFileSync('chown', ['-R', `${nobody}:${nobody}`, folder]);
}

/** All files below a folder that .dockerignore lets through, relative. */
export function contextOf(folder) {
  const rules = dockerignore().add(readFileSync(join(folder, '.dockerignore'), 'utf8'));
  for (const secret of ['.env', 'node_modules/a/index.js', '.git/config', 'dist/main.js']) {
    if (!rules.ignores(secret)) throw new Error(`.dockerignore lets ${secret} into the image`);
  }
  return filesBelow(folder).filter((path) => !rules.ignores(path));
}

export class Image {
  folder;
  workdir = '/';
  user = 'root';
  env = {};
  cmd;
  #base;

  constructor(folder, base) {
    this.folder = folder;
    this.#base = base;
    mkdirSync(folder, { recursive: true });
    handOver(folder);
  }

  /** Where a path of the image is. */
  at(path) {
    return join(this.folder, posix.resolve(this.workdir, path));
  }

  /** Carries out a step; `sourceOf` gives the folder and the files that COPY takes from. */
  run(step, sourceOf) {
    const { keyword } = step;
    if (keyword === 'WORKDIR') {
      this.workdir = posix.resolve(this.workdir, step.text);
      mkdirSync(this.at('.'), { recursive: true });
      handOver(this.folder);
    } else if (keyword === 'ENV') this.env = { ...this.env, ...step.values };
    else if (keyword === 'USER') this.user = step.text;
    else if (keyword === 'CMD') this.cmd = step.words;
    else if (keyword === 'COPY') this.#copy(step, sourceOf(step.from));
    else if (keyword === 'RUN') this.#shell(step.text);
  }

  environment() {
    return { ...this.#base, ...this.env };
  }

  #shell(command) {
    console.log(`  RUN ${command}`);
    const [program, ...args] = unprivileged(['/bin/sh', '-c', command]);
    execFileSync(program, args, { cwd: this.at('.'), env: this.environment(), stdio: 'inherit' });
  }

  #copy({ sources, to }, { folder, files }) {
    for (const source of sources) {
      const wanted = posix.join('.', source.replace(/^\/+/, '')).replace(/\/$/, '');
      const found = files.flatMap((file) => {
        const rest = below(wanted, file);
        return rest === undefined ? [] : [[file, rest]];
      });
      if (found.length === 0) throw new Error(`COPY ${source}: there is no such file to copy`);
      for (const [file, rest] of found) {
        // What is below a folder keeps its path there; a file gets its own name, if the goal is a folder.
        const isFolderGoal = to.endsWith('/') || to === '.';
        const goal =
          rest === '' && !isFolderGoal ? this.at(to) : join(this.at(to), rest === '' ? posix.basename(file) : rest);
        mkdirSync(dirname(goal), { recursive: true });
        cpSync(join(folder, file), goal);
      }
    }
    handOver(this.folder);
  }
}

/** The path of a file below what a COPY names, '' if it is the file itself, undefined if neither. */
function below(wanted, file) {
  if (wanted === '.') return file;
  if (file.startsWith(`${wanted}/`)) return file.slice(wanted.length + 1);
  const pattern = wanted
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '[^/]*')
    .replace(/\?/g, '[^/]');
  return new RegExp(`^${pattern}$`).test(file) ? '' : undefined;
}

export function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(folder, path), { throwIfNoEntry: false })?.isFile(),
  );
}

/** The files of an image below a path of it, relative to its root. */
export function filesOfImage(image, path) {
  const start = image.at(path);
  if (statSync(start, { throwIfNoEntry: false })?.isFile()) return [relative(image.folder, start)];
  return filesBelow(start).map((file) => relative(image.folder, join(start, file)));
}
