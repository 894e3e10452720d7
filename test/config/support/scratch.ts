import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A real directory with real files, removed after the tests of the file. */
export class Scratch {
  readonly path = mkdtempSync(join(tmpdir(), 'keelson-config-'));

  constructor(files: Readonly<Record<string, string>> = {}) {
    for (const [name, text] of Object.entries(files)) this.write(name, text);
    made.push(this);
  }

  /** Writes a file, and the directories that it is in. */
  write(name: string, text: string | Buffer): string {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  directory(name: string): string {
    const path = join(this.path, name);
    mkdirSync(path, { recursive: true });
    return path;
  }
}

const made: Scratch[] = [];

afterAll(() => {
  for (const { path } of made.splice(0)) rmSync(path, { recursive: true, force: true });
});
