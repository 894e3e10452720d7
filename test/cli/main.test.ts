import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { settle } from '../support/fake-clock';

const root = resolve(__dirname, '../..');
const { bin, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  bin: { keelson: string };
  version: string;
};

test('runs the words of the command line, and leaves the exit code to the process', async () => {
  const words = process.argv;
  process.argv = ['node', 'keelson', '--version'];
  const written = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const exit = jest.spyOn(process, 'exit');
  jest.isolateModules(() => {
    jest.requireActual('../../src/cli/main');
  });
  await settle();
  const [text] = written.mock.calls.map(([chunk]) => chunk);
  const code = process.exitCode;
  written.mockRestore();
  process.exitCode = undefined;
  process.argv = words;
  expect([text, code]).toEqual([`${version}\n`, 0]);
  expect(exit).not.toHaveBeenCalled();
});

test('a misuse goes to standard error', async () => {
  const words = process.argv;
  process.argv = ['node', 'keelson', 'fly'];
  const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  jest.isolateModules(() => {
    jest.requireActual('../../src/cli/main');
  });
  await settle();
  const [text] = written.mock.calls.map(([chunk]) => String(chunk));
  const code = process.exitCode;
  written.mockRestore();
  process.exitCode = undefined;
  process.argv = words;
  expect(text).toContain('keelson: fly: not understood');
  expect(code).toBe(2);
});

test('the package’s command is this file, and it can be run', () => {
  const file = join(root, bin.keelson);
  expect(statSync(file).isFile()).toBe(true);
  expect(readFileSync(file, 'utf8').startsWith('#!/usr/bin/env node')).toBe(true);
  expect(execFileSync(process.execPath, [file, '--version'], { encoding: 'utf8' })).toBe(`${version}\n`);
});
