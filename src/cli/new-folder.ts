import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { KeelsonError } from '../core';
import { type TextFile } from './new-files';

/** What was installed, built or measured in a template's folder is not part of it. */
const leftOut = new Set(['node_modules', 'dist', 'coverage', 'package-lock.json']);

/** The files of a template, sorted by path. */
export async function readTemplate(folder: string): Promise<TextFile[]> {
  if (!existsSync(join(folder, 'package.json'))) throw refused(`There is no template in ${folder}.`);
  const paths = await pathsIn(folder);
  const files = paths.map(async (path) => ({
    path: relative(folder, path).split(sep).join('/'),
    text: await readFile(path, 'utf8'),
  }));
  return Promise.all(files);
}

async function pathsIn(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (leftOut.has(entry.name)) continue;
    const path = join(folder, entry.name);
    paths.push(...(entry.isDirectory() ? await pathsIn(path) : [path]));
  }
  return paths.sort();
}

/** @throws START_FAILED if something is there that is not an empty folder */
export async function refuseOccupied(target: string): Promise<void> {
  const entries = await entriesOf(target);
  if (entries === undefined || entries.length === 0) return;
  throw refused(`${target} is not empty. Take another folder with --dir, or empty it first.`);
}

/**
 * Writes files into a folder that is not there or empty: all of them, or none. They are written aside and then moved at once; into an empty folder, which
 * may be somebody's current one and is therefore kept, they are moved entry by entry.
 *
 * @throws START_FAILED if the folder is occupied, the signal's reason once it aborts, or what writing threw; nothing then is left of it
 */
export async function writeFolder(target: string, files: Iterable<TextFile>, signal: AbortSignal): Promise<void> {
  await refuseOccupied(target);
  const kept = existsSync(target);
  const parent = kept ? target : dirname(target);
  const undo: (() => Promise<unknown>)[] = [];
  try {
    const made = await mkdir(parent, { recursive: true });
    if (made !== undefined) undo.push(() => removeEmpty(parent, made));
    const aside = await mkdtemp(join(parent, `.${basename(target)}-`));
    undo.push(() => rm(aside, { recursive: true, force: true }));
    // One floor deeper, because a folder made by mkdtemp is closed to others.
    const whole = join(aside, 'new');
    await mkdir(whole);
    for (const file of files) await write(whole, file, signal);
    signal.throwIfAborted();
    if (kept) await moveInto(target, whole, undo);
    else await rename(whole, target);
    // The project stands: an empty folder that stays is no reason to take it away.
    await rm(aside, { recursive: true, force: true }).catch(() => undefined);
  } catch (error) {
    for (const step of undo.reverse()) await step().catch(() => undefined);
    throw error;
  }
}

async function write(folder: string, { path, text }: TextFile, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

async function moveInto(target: string, whole: string, undo: (() => Promise<unknown>)[]): Promise<void> {
  for (const name of await readdir(whole)) {
    await rename(join(whole, name), join(target, name));
    undo.push(() => rm(join(target, name), { recursive: true }));
  }
}

/** From the deepest to the first that was made; what somebody else has put something into stays. */
async function removeEmpty(deepest: string, first: string): Promise<void> {
  await rmdir(deepest);
  if (deepest !== first) await removeEmpty(dirname(deepest), first);
}

async function entriesOf(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code !== 'ENOTDIR') throw cause;
    throw new KeelsonError('START_FAILED', `${folder} is not a folder.`, { retryable: false, cause });
  }
}

function refused(message: string): KeelsonError {
  return new KeelsonError('START_FAILED', message, { retryable: false });
}
