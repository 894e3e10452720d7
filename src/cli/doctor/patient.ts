import { spawn, type ChildProcess } from 'node:child_process';
import { KeelsonError, systemClock, within } from '../../core';
import { ask, asked, type Answer, type Question } from './ask';
import { type PatientFacts, type Begin, type FromPatient, type Orders, type ToPatient } from './orders';
import { places } from './planted';

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What a patient is made with. */
export interface PatientParts {
  /** The file that is run: it calls `beginWhenTold`. */
  readonly program: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly begin: Begin;
}

/** How long a service may take to be made and started, in ms. */
export const startLimitMs = 20_000;

/** The service in a process of its own, as the doctor has it. */
export class Patient {
  readonly #child: ChildProcess;
  readonly #begin: Begin;
  readonly #output: Buffer[] = [];
  readonly #waiting = new Map<number, (message: FromPatient) => void>();
  readonly #startedAt = performance.now();
  #next = 0;
  #place: string = places[0];
  #facts: PatientFacts | undefined;
  /** Why there is no process at all. */
  #failure: Error | undefined;
  /** From the start of the process until it was ready, in ms. */
  startMs = NaN;
  /** Resolves when it has ended; without a code and a signal if it could not begin. */
  readonly exit: Promise<Exit>;
  /** Resolves when the service is made. Rejects as {@link ready} */
  readonly made: Promise<PatientFacts>;
  /** Resolves when it has started. @throws what it says about why it cannot */
  readonly ready: Promise<PatientFacts>;

  constructor({ program, env, begin }: PatientParts) {
    this.#begin = begin;
    this.#child = spawn(process.execPath, ['--expose-gc', program], {
      cwd: begin.folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (part: Buffer) => void this.#output.push(part));
    this.exit = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => resolve({ code, signal }));
      this.#child.on('error', (error) => {
        // Others are of a signal or a message that did not reach it: it lives on, or its exit follows.
        if (this.#child.pid !== undefined) return;
        this.#failure = error;
        resolve({ code: null, signal: null });
      });
    });
    const report = this.#report();
    this.made = report.made;
    this.ready = report.ready;
    this.#send({ begin });
  }

  /** What it wrote, standard output and standard error. */
  get output(): string {
    return Buffer.concat(this.#output).toString();
  }

  get facts(): PatientFacts {
    if (this.#facts === undefined) throw new Error('The service is not ready.');
    return this.#facts;
  }

  get port(): number {
    return this.facts.port ?? 0;
  }

  /** What it takes as a management token; empty if it takes none of the doctor's. */
  get token(): string {
    const { token } = (this.#begin.settings['management'] ?? {}) as { token?: string };
    return token ?? '';
  }

  /** The path of a planted route. */
  path(route: string): string {
    return `${this.#begin.prefix}/${this.#place}${route}`;
  }

  /** Do the planted routes stand before what the service does with requests, as nobody comes through? */
  get bypassed(): boolean {
    return this.#place !== places[0];
  }

  /** Looks where planted routes can be reached. */
  async findPlace(): Promise<void> {
    for (const place of places) {
      this.#place = place;
      if ((await asked({ port: this.port, path: this.path('/item/1') }))?.status === 200) return;
    }
    throw new Error('The routes that the doctor adds cannot be reached.');
  }

  ask(question: Omit<Question, 'port'>): Promise<Answer> {
    return ask({ ...question, port: this.port });
  }

  async order<K extends keyof Orders>(order: K): Promise<Awaited<ReturnType<Orders[K]>>> {
    const id = this.#next++;
    const answer = new Promise<FromPatient>((resolve) => this.#waiting.set(id, resolve));
    this.#send({ order, id });
    const ended = this.exit.then(() => ({ id, error: 'The process has ended.' }));
    const message = await Promise.race([answer, ended]);
    if ('error' in message) throw new Error(message.error);
    return (message as { result: unknown }).result as Awaited<ReturnType<Orders[K]>>;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Waits for its end. @returns undefined if it does not end within `ms` */
  endsWithin(ms: number): Promise<Exit | undefined> {
    return within(systemClock, ms, this.exit, () => new Error('It goes on.')).catch(() => undefined);
  }

  /** Ends it at once, however it is. */
  async end(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exit;
    // A process that it began itself may hold their other ends: nobody waits for that one.
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }

  #send(message: ToPatient): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  #report(): { made: Promise<PatientFacts>; ready: Promise<PatientFacts> } {
    let fail = (_error: Error): void => undefined;
    const failure = new Promise<never>((_, reject) => {
      fail = reject;
    });
    const made = new Promise<PatientFacts>((resolve) => {
      this.#child.on('message', (message: FromPatient) => {
        if ('made' in message) resolve(message.made);
      });
    });
    const ready = new Promise<PatientFacts>((resolve) => {
      this.#child.on('message', (message: FromPatient) => {
        if ('ready' in message) resolve(this.#isReady(message.ready));
        else if ('failed' in message) fail(cannotStart(message.failed.code, message.failed.message));
        else if ('id' in message) this.#waiting.get(message.id)?.(message);
      });
    });
    const late = setTimeout(
      () => fail(cannotStart(undefined, `It was not ready after ${startLimitMs} ms.`)),
      startLimitMs,
    );
    void this.exit.then(({ code, signal }) => {
      clearTimeout(late);
      const how = code === null ? `by ${signal}` : `with code ${code}`;
      const what = this.#failure === undefined ? `ended ${how}.` : `could not begin: ${this.#failure.message}`;
      fail(cannotStart(code === 78 ? 'CONFIG_INVALID' : undefined, `Its process ${what}\n${this.output}`.trim()));
    });
    const both = { made: Promise.race([made, failure]), ready: Promise.race([ready, failure]) };
    both.made.catch(() => undefined);
    both.ready.then(() => clearTimeout(late)).catch(() => undefined);
    return both;
  }

  #isReady(facts: PatientFacts): PatientFacts {
    this.startMs = performance.now() - this.#startedAt;
    this.#facts = facts;
    return facts;
  }
}

function cannotStart(code: string | undefined, message: string): KeelsonError {
  return new KeelsonError(code === 'CONFIG_INVALID' ? code : 'START_FAILED', message, { retryable: false });
}
