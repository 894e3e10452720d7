import { judged, type Check, type Finding } from '../contract';

/** The chassis gives a crashed process 3 s to end its work. */
const endsMs = 5_000;

export const crash: Check = {
  name: 'crash',
  title: 'an unhandled rejection ends the process',
  limitMs: 10_000,
  run: async ({ fresh }) => {
    const patient = await fresh();
    const from = performance.now();
    await patient.order('reject').catch(() => undefined);
    const exit = await patient.endsWithin(endsMs);
    const ms = Math.round(performance.now() - from);
    const findings: Finding[] = [];
    const remedy =
      'Leave unhandledRejection and uncaughtException to the chassis (shutdown.signals true): nobody knows what state such a process is in.';
    if (exit === undefined) findings.push({ problem: `It lived on for ${endsMs} ms.`, remedy });
    else if (exit.code !== 1)
      findings.push({ problem: `It exited with ${exit.code ?? exit.signal}, not with 1.`, remedy });
    if (!patient.output.includes('planted by keelson doctor')) {
      findings.push({ problem: 'The log says nothing of it.', remedy: 'Log the error before the process ends.' });
    }
    return judged(
      findings,
      exit === undefined ? 'no end' : `exit code ${exit.code} after ${ms} ms, with the stack in the log`,
    );
  },
};
