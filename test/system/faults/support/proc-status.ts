import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** Bytes in a megabyte, as limits are given in them. */
export const megabyte = 1024 * 1024;

/** A field of /proc/<pid>/status that is given in kB, in bytes: VmRSS is what is in RAM now, VmHWM the most that ever was. */
export function memoryOf(pid: number, field: 'VmRSS' | 'VmHWM' = 'VmRSS'): number {
  const line = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  if (line === null) throw new Error(`/proc/${pid}/status has no ${field}`);
  return Number(line[1]) * 1024;
}

/** Makes VmHWM begin anew with what is in RAM now. */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** Descriptors that a process has open. */
export function openFilesOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Lets a process have at least this many files, where it may have fewer. Node takes all that it may have by itself. */
export function allowFiles(pid: number, files: number): void {
  const limits = readFileSync(`/proc/${pid}/limits`, 'utf8');
  const soft = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Infinity);
  if (soft < files) execFileSync('prlimit', ['--pid', String(pid), `--nofile=${files}:${files}`]);
}

/** A size in MB with one digit. */
export function inMegabytes(bytes: number): string {
  return `${(bytes / megabyte).toFixed(1)} MB`;
}
