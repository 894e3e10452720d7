import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** How a child is started. */
export interface ChildOptions {
  readonly nodeArgs?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What its standard input and output are. @default both none */
  readonly stdin?: 'pipe' | 'ignore';
  readonly stdout?: ChildProcess['stdin'];
}

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

const running = new Set<Child>();

/** One of the programs beside this folder, in a process of its own, whose functions can be called. */
export class Child {
  readonly process: ChildProcess;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  stderr = '';
  readonly #name: string;
  readonly #calls = new Map<number, Waiting>();
  #last = 0;
  #over = false;

  private constructor(name: string, process: ChildProcess) {
    this.#name = name;
    this.process = process;
    running.add(this);
    process.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    process.on('message', (message) => this.#answered(message as { id: number; result: never; error?: string }));
    this.ended = once(process, 'close').then(([code, signal]) => {
      this.#over = true;
      running.delete(this);
      for (const { reject } of this.#calls.values()) reject(this.#lost());
      return (code ?? signal) as number | NodeJS.Signals;
    });
  }

  /** Resolves when its functions can be called. */
  static async start(program: string, options: ChildOptions = {}): Promise<Child> {
    const file = join(__dirname, '..', 'programs', program);
    const { stdin = 'ignore', stdout } = options;
    const stdio: StdioOptions = [stdin, stdout ?? 'ignore', 'pipe', 'ipc'];
    const child = new Child(
      program,
      spawn(process.execPath, [...(options.nodeArgs ?? []), file], {
        env: { PATH: process.env['PATH'], NODE_ENV: 'production', PORT: '0', HTTP_HOST: '127.0.0.1', ...options.env },
        stdio,
      }),
    );
    await Promise.race([once(child.process, 'message'), child.ended.then(() => Promise.reject(child.#lost()))]);
    return child;
  }

  call<T>(name: string, argument?: unknown): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#over) return reject(this.#lost());
      const id = (this.#last += 1);
      this.#calls.set(id, { resolve, reject });
      this.process.send({ id, name, argument });
    });
  }

  get pid(): number {
    return this.process.pid as number;
  }

  signal(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  #answered(message: { id: number; result: never; error?: string }): void {
    const call = this.#calls.get(message.id);
    this.#calls.delete(message.id);
    if (message.error === undefined) call?.resolve(message.result);
    else call?.reject(new Error(`${this.#name}: ${message.error}`));
  }

  #lost(): Error {
    return new Error(`${this.#name} has ended:\n${this.stderr}`);
  }
}

/** For afterAll: ends what is left running. */
export function endChildren(): void {
  for (const child of running) child.signal('SIGKILL');
}
