import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { largestFile, readTextFile, reasonOf } from '../../src/config/read-text-file';
import { Scratch } from './support/scratch';

test('text, or why there is none', () => {
  const scratch = new Scratch({ 'a.txt': '\uFEFFhé', big: 'x'.repeat(largestFile + 1) });
  const read = (name: string) => readTextFile(join(scratch.path, name));
  expect(read('a.txt')).toEqual({ text: 'hé' });
  expect(read('b.txt')).toEqual({ fault: 'no such file', isMissing: true });
  expect(read('a.txt/b')).toEqual({ fault: 'no such file', isMissing: true });
  expect(read('.')).toEqual({ fault: 'a directory', isMissing: false });
  expect(read('big')).toMatchObject({ fault: expect.stringContaining('1048577 bytes') });
  symlinkSync('loop', join(scratch.path, 'loop'));
  expect(read('loop')).toEqual({ fault: 'a link that leads to itself', isMissing: false });
  expect(read('x'.repeat(5000))).toEqual({ fault: 'a name that is too long', isMissing: false });
});

test('a pipe is refused at once, not waited for', () => {
  const pipe = join(new Scratch().path, 'pipe');
  execFileSync('mkfifo', [pipe]);
  expect(readTextFile(pipe)).toEqual({ fault: 'something that is not a file', isMissing: false });
});

test('reasons in words', () => {
  expect(reasonOf({ code: 'EACCES' })).toBe('a file that may not be read');
  expect(reasonOf({ code: 'EIO' })).toBe('an error (EIO)');
  expect(reasonOf(undefined)).toBe('an error (unknown)');
});
