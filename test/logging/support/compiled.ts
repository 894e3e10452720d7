import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformFileSync } from '@swc/core';

const root = join(__dirname, '../../..');

/** The logging part as JavaScript in a folder of its own, for tests that need a process to themselves. */
export class Compiled {
  readonly folder = mkdtempSync(join(tmpdir(), 'keelson-logging-'));
  /** For spawn: lets the compiled files find the installed packages. */
  readonly env = { ...process.env, NODE_PATH: join(root, 'node_modules'), NODE_OPTIONS: '' };

  constructor() {
    for (const part of ['core', 'logging']) {
      mkdirSync(join(this.folder, part));
      for (const file of readdirSync(join(root, 'src', part))) this.#compile(part, file);
    }
  }

  /** Writes a script that has `createLogging` at hand, and gives its path. */
  script(name: string, body: string): string {
    const path = join(this.folder, `${name}.js`);
    writeFileSync(path, `const { createLogging } = require('./logging');\n${body}`);
    return path;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #compile(part: string, file: string): void {
    const { code } = transformFileSync(join(root, 'src', part, file), {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'commonjs', ignoreDynamic: true },
    });
    writeFileSync(join(this.folder, part, file.replace(/\.ts$/, '.js')), code);
  }
}
