import { totalmem } from 'node:os';
import { join } from 'node:path';
import { readTextFile } from './read-text-file';

/** What the container lets this process have. */
export interface ContainerLimits {
  /** Bytes at which the kernel kills the process; undefined: no limit of its own. */
  readonly memoryBytes: number | undefined;
  /** Processors it may use on average, like 0.5; undefined: all there are. */
  readonly cpus: number | undefined;
}

/** Where the kernel shows a container its limits. */
const ownGroup = '/sys/fs/cgroup';

/** Asks the kernel, of control groups 1 or 2. What it does not tell is undefined; never throws. */
export function containerLimits(folder = ownGroup, memory = constrainedBytes()): ContainerLimits {
  return { memoryBytes: memory, cpus: quotaOf2(folder) ?? quotaOf1(folder) };
}

/** Node.js knows this one. It says 0, or more than the machine has, where there is no limit. */
function constrainedBytes(): number | undefined {
  const bytes = process.constrainedMemory();
  return bytes > 0 && bytes < totalmem() ? bytes : undefined;
}

/** One file with both: microseconds of processor time, or `max`, and the period in which they may be used. */
function quotaOf2(folder: string): number | undefined {
  const [quota, period] = numbersIn(join(folder, 'cpu.max'));
  return ratio(quota, period);
}

/** A file for each; -1 is no limit. */
function quotaOf1(folder: string): number | undefined {
  const [quota] = numbersIn(join(folder, 'cpu', 'cpu.cfs_quota_us'));
  const [period] = numbersIn(join(folder, 'cpu', 'cpu.cfs_period_us'));
  return ratio(quota, period);
}

function numbersIn(path: string): number[] {
  const file = readTextFile(path);
  return 'text' in file ? file.text.trim().split(/\s+/).map(Number) : [];
}

function ratio(quota = Number.NaN, period = Number.NaN): number | undefined {
  return quota > 0 && period > 0 ? quota / period : undefined;
}
