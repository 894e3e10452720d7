import { execFile, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../../../..');

/** How a run of the command line ended. */
export interface CliRun {
  /** Null if a signal ended it. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The command line in a folder of its own, as its users have it. */
export class CliFolder {
  readonly folder = mkdtempSync(join(tmpdir(), 'keelson-dlq-'));
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** A service that is made by `body`, with `messaging` to subscribe on. */
  service(name: string, body: string, settings: object = {}): void {
    const keelson = JSON.stringify(join(root, 'dist'));
    const messaging = JSON.stringify(join(root, 'dist', 'messaging'));
    const text = `const { createService } = require(${keelson});
const { defineEvent, defineCommand } = require(${messaging});
exports.createIt = (settings) => {
  const service = createService({ name: '${name}', version: '1.0.0', settings: { ...${JSON.stringify(settings)}, ...settings } });
  ${body}
  return service;
};\n`;
    writeFileSync(join(this.folder, 'package.json'), '{ "keelson": { "service": "dist/service.js" } }');
    mkdirSync(join(this.folder, 'dist'), { recursive: true });
    writeFileSync(join(this.folder, 'dist', 'service.js'), text);
  }

  /** Starts it. */
  start(...args: string[]): { readonly child: ChildProcess; readonly ended: Promise<CliRun> } {
    const main = join(root, 'dist', 'cli', 'main.js');
    const options = { cwd: this.folder, env: { PATH: process.env['PATH'], AMQP_URL: this.#url }, maxBuffer: 2 ** 26 };
    let tell = (_: CliRun): void => undefined;
    const ended = new Promise<CliRun>((done) => (tell = done));
    const child = execFile(process.execPath, [main, ...args], options, (_error, out, err) =>
      tell({ code: child.exitCode, out, err }),
    );
    return { child, ended };
  }

  run(...args: string[]): Promise<CliRun> {
    return this.start(...args).ended;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
