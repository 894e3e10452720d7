import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { totalmem, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { containerLimits } from '../../src/config';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keelson-cgroup-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}
const cpus = (): number | undefined => containerLimits(folder).cpus;

test('control groups 2: quota and period in one file', () => {
  write('cpu.max', '50000 100000\n');
  expect(cpus()).toBe(0.5);
  write('cpu.max', 'max 100000\n');
  expect(cpus()).toBeUndefined();
});

test('control groups 1: a file for each', () => {
  write('cpu/cpu.cfs_quota_us', '150000\n');
  write('cpu/cpu.cfs_period_us', '100000\n');
  expect(cpus()).toBe(1.5);
  write('cpu/cpu.cfs_quota_us', '-1\n');
  expect(cpus()).toBeUndefined();
});

test.each(['', 'abc', '1', '0 0', '100 0'])('what cannot be read as a quota is none: %j', (text) => {
  write('cpu.max', text);
  expect(cpus()).toBeUndefined();
});

test('no file, no limit', () => {
  expect(containerLimits(join(folder, 'none')).cpus).toBeUndefined();
});

test('memory as it is told', () => {
  expect(containerLimits(folder, 1_000).memoryBytes).toBe(1_000);
  const spy = jest.spyOn(process, 'constrainedMemory');
  try {
    for (const [bytes, limit] of [
      [0, undefined],
      [2 ** 64, undefined],
      [totalmem() / 2, totalmem() / 2],
    ] as const) {
      spy.mockReturnValue(bytes);
      expect(containerLimits(folder).memoryBytes).toBe(limit);
    }
  } finally {
    spy.mockRestore();
  }
});
