import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineEvent, type EventDefinition, type OwnedMessaging } from '../../../../src/messaging';
import { eventually } from '../../../support/eventually';
import { runProgram, type Ending, type Program } from '../../../support/program';
import { outcome } from '../../messaging/support/stand';

/** Processes of one service that handle numbered jobs, and what they have written down. */
export class JobWorkers {
  readonly event: EventDefinition<number>;
  readonly #folder = mkdtempSync(join(tmpdir(), 'keelson-jobs-'));
  readonly #url: string;
  #programs: Program[] = [];

  constructor(name: string, url: string) {
    this.event = defineEvent<number>(name);
    this.#url = url;
    writeFileSync(this.#file, '');
  }

  get #file(): string {
    return join(this.#folder, 'handled');
  }

  /** The numbers of the jobs that were done, in their order, with repetitions. */
  handled(): string[] {
    return readFileSync(this.#file, 'utf8').split('\n').slice(0, -1);
  }

  /** Waits until so many jobs were done. */
  async handledSo(many: number): Promise<void> {
    await eventually(() => this.handled().length >= many || undefined, `${many} jobs are done`, 60_000);
  }

  /** Starts so many more; resolves when they are ready. */
  async start(count: number): Promise<void> {
    const started = Array.from({ length: count }, () =>
      runProgram([join(__dirname, '../fixtures/job-worker.cjs')], {
        EVENT: this.event.name,
        HANDLED: this.#file,
        WORK_MS: '20',
        AMQP_URL: this.#url,
        SHUTDOWN_DRAIN_DELAY_MS: '300',
      }),
    );
    this.#programs.push(...started);
    await Promise.all(started.map((program) => program.ready()));
  }

  /** Ends the one that was started first with kill -9. */
  async killOldest(): Promise<void> {
    const program = this.#programs.shift();
    program?.kill('SIGKILL');
    await program?.ended;
  }

  /** Asks all of them to end. */
  terminate(): Promise<Ending[]> {
    const ending = this.#programs;
    this.#programs = [];
    for (const program of ending) program.kill('SIGTERM');
    return Promise.all(ending.map(({ ended }) => ended));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Publishes jobs 1 to `count`, so many at once; resolves to the numbers that were confirmed. Begins when somebody is there to take them. */
export async function publishJobs(
  publisher: OwnedMessaging,
  event: EventDefinition<number>,
  count: number,
  atOnce = 200,
): Promise<Set<string>> {
  const confirmed = new Set<string>();
  const taken = async (n: number): Promise<boolean> => (await outcome(publisher.publish(event, n))) === 'resolved';
  await eventually(async () => (await taken(1)) || undefined, 'there is a queue');
  confirmed.add('1');
  let next = 2;
  const work = async (): Promise<void> => {
    for (let n = next++; n <= count; n = next++) if (await taken(n)) confirmed.add(String(n));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return confirmed;
}
