import { join } from 'node:path';
import { type CliContext, type Command, exitInterrupted } from './command';
import { acceptanceOf } from './doctor/acceptance';
import { openBench, type OwnedBench } from './doctor/bench';
import { checks } from './doctor/checks';
import { busyEnd, busyText, reportJson, resultText, sumText } from './doctor/report';
import { isSound, runChecks, type CheckResult, type Examination } from './doctor/run-checks';
import { doctorWords, type DoctorWords } from './doctor/words';
import { namedModule } from './load-service';

/** What a patient's process runs, beside the built command line. */
const program = join(__dirname, 'doctor', 'main.js');

/** `keelson doctor`: starts the service of this folder and proves that it is sound. */
export const doctorCommand: Command = async (given, context) => {
  const words = doctorWords(given, checks);
  // Said here, so that it need not be said by a process.
  namedModule(context.cwd);
  return context.interruptible((signal) => examine(words, context, signal));
};

/** What ends a report before all of it is done. */
type Ends = Pick<Examination, 'interrupted' | 'timeUp'>;

async function examine(words: DoctorWords, context: CliContext, interrupted: AbortSignal): Promise<number> {
  const { clock } = context;
  const from = clock.now();
  const limit = new AbortController();
  const stop = (): void => limit.abort(new Error(`time was up after ${words.limitMs / 1_000} s`));
  const timer = clock.after(words.limitMs, stop);
  const ends = { interrupted, timeUp: limit.signal };
  try {
    const bench = await opened(context, ends);
    return bench === undefined ? exitInterrupted : await report(words, context, bench, from, ends);
  } finally {
    timer.cancel();
  }
}

/** @returns undefined when it is interrupted */
async function opened({ cwd, env }: CliContext, { interrupted, timeUp }: Ends): Promise<OwnedBench | undefined> {
  try {
    return await openBench({ folder: cwd, env, program }, AbortSignal.any([interrupted, timeUp]));
  } catch (error) {
    if (interrupted.aborted) return undefined;
    if (!timeUp.aborted) throw error;
    throw new Error(`The service was not made: ${(timeUp.reason as Error).message}.`, { cause: error });
  }
}

async function report(
  { json, checks }: DoctorWords,
  context: CliContext,
  bench: OwnedBench,
  from: number,
  ends: Ends,
): Promise<number> {
  const { out, clock, cwd } = context;
  try {
    const { name, version } = bench.facts;
    if (!json) out(`${name} ${version} on Node.js ${process.version}\n\n`);
    const how = { bench, acceptance: acceptanceOf(cwd), tell: teller(json, context), clock, ...ends };
    const results = await runChecks(checks, how);
    const ms = clock.now() - from;
    const complete = !ends.interrupted.aborted;
    out(json ? `${JSON.stringify(reportJson(bench.facts, results, ms, complete), null, 2)}\n` : sumText(results, ms));
    if (!complete) return exitInterrupted;
    return isSound(results) ? 0 : 1;
  } finally {
    await bench.close();
  }
}

function teller(json: boolean, { out, err, columns }: CliContext): Examination['tell'] {
  return {
    begin: (check) => {
      if (columns !== undefined) err(busyText(check, columns));
    },
    end: (result: CheckResult) => {
      if (columns !== undefined) err(busyEnd);
      if (!json) out(resultText(result));
    },
  };
}
