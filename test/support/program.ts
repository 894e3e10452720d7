import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { type LogLine } from './captured-log';
import { eventually } from './eventually';

/** How a program ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** By performance.now(). */
  readonly at: number;
}

/** A Node.js program in a process of its own, whose standard output is a log. */
export interface Program {
  readonly child: ChildProcess;
  readonly lines: readonly LogLine[];
  readonly stdout: string;
  readonly stderr: string;
  readonly ended: Promise<Ending>;
  /** Waits for a log line with this message, for which `more` holds. */
  line(message: string, more?: (line: LogLine) => boolean): Promise<LogLine>;
  /** Waits until the service in it is ready. Resolves to its port. */
  ready(): Promise<number>;
  /** Sends a signal; resolves to the moment. */
  kill(signal: NodeJS.Signals): number;
}

const running = new Set<ChildProcess>();

/** Runs `node <args>`. Nothing of this process's environment but PATH gets through. */
export function runProgram(args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd?: string): Program {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { PATH: process.env['PATH'], NODE_ENV: 'test', PORT: '0', HTTP_HOST: '127.0.0.1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const program = new ChildProgram(child);
  void program.ended.then(() => running.delete(child));
  return program;
}

/** For afterAll: ends what a failed test has left running. */
export function endPrograms(): void {
  for (const child of running) child.kill('SIGKILL');
}

class ChildProgram implements Program {
  readonly child: ChildProcess;
  readonly lines: LogLine[] = [];
  readonly ended: Promise<Ending>;
  stdout = '';
  stderr = '';
  #rest = '';
  #over = false;

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.on('data', (chunk: Buffer) => this.#read(chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    // 'close' comes when its output has been read to the end, 'exit' says when it ended.
    const at = once(child, 'exit').then(() => performance.now());
    this.ended = once(child, 'close').then(async ([code, signal]) => {
      this.#over = true;
      return { code: code as number | null, signal: signal as NodeJS.Signals | null, at: await at };
    });
  }

  line(message: string, more: (line: LogLine) => boolean = () => true): Promise<LogLine> {
    const found = (): LogLine | undefined => {
      const line = this.lines.find((one) => one.message === message && more(one));
      if (line === undefined && this.#over) throw new Error(`it ended without "${message}":\n${this.#told()}`);
      return line;
    };
    return eventually(found, `the line "${message}"`);
  }

  async ready(): Promise<number> {
    return (await this.line('ready'))['port'] as number;
  }

  kill(signal: NodeJS.Signals): number {
    this.child.kill(signal);
    return performance.now();
  }

  #told(): string {
    return this.stdout + this.stderr;
  }

  #read(text: string): void {
    this.stdout += text;
    const parts = (this.#rest + text).split('\n');
    this.#rest = parts.pop() as string;
    for (const part of parts) if (part.startsWith('{')) this.lines.push(JSON.parse(part) as LogLine);
  }
}
