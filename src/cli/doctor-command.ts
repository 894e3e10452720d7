import { join } from 'node:path';
import { type CliContext, type Command, exitInterrupted } from './command';
import { acceptanceOf } from './doctor/acceptance';
import { openBench } from './doctor/bench';
import { checks } from './doctor/checks';
import { busyEnd, busyText, reportJson, resultText, sumText } from './doctor/report';
import { runChecks, type CheckResult } from './doctor/run-checks';
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

async function examine({ json, checks }: DoctorWords, context: CliContext, signal: AbortSignal): Promise<number> {
  const { out, clock, cwd, env } = context;
  const from = clock.now();
  const bench = await openBench({ folder: cwd, env, program }, signal).catch((error: unknown) => {
    if (signal.aborted) return undefined;
    throw error;
  });
  if (bench === undefined) return exitInterrupted;
  try {
    const { name, version } = bench.facts;
    if (!json) out(`${name} ${version} on Node.js ${process.version}\n\n`);
    const results = await runChecks(checks, bench, acceptanceOf(cwd), teller(json, context), signal);
    const ms = clock.now() - from;
    out(json ? `${JSON.stringify(reportJson(bench.facts, results, ms), null, 2)}\n` : sumText(results, ms));
    if (signal.aborted) return exitInterrupted;
    return results.some(({ outcome }) => outcome.kind === 'failed') ? 1 : 0;
  } finally {
    await bench.close();
  }
}

function teller(json: boolean, { out, err, columns }: CliContext): Parameters<typeof runChecks>[3] {
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
