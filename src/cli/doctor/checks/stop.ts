import { judged, type Check, type Finding } from '../contract';
import { drainDelayMs, stopLimitMs } from '../patient-settings';

/** What a service without work may take beside the delay, in ms. */
const spareMs = 4_000;

export const stop: Check = {
  name: 'stop',
  title: 'stops in order, in time, with exit code 0',
  limitMs: 12_000,
  run: async ({ fresh }) => {
    const patient = await fresh();
    const from = performance.now();
    patient.signal('SIGTERM');
    const exit = await patient.endsWithin(stopLimitMs + 2_000);
    const ms = Math.round(performance.now() - from);
    if (exit === undefined) {
      const remedy = 'Something catches SIGTERM, or computes without end.';
      return judged([{ problem: `It still ran ${ms} ms after SIGTERM.`, remedy }], 'no end');
    }
    const findings: Finding[] = [];
    const said = complaints(patient.output);
    if (exit.code !== 0) {
      const how = exit.code === null ? `was ended by ${exit.signal}` : `exited with ${exit.code}`;
      const problem = `It ${how}, not with 0.${said === '' ? '' : `\n${said}`}`;
      findings.push({
        problem,
        remedy: 'Let what the log names stop in time: listen to the signal that `stop` is given.',
      });
    }
    if (ms > drainDelayMs + spareMs) {
      const problem = `It took ${ms} ms to stop without any work, ${drainDelayMs} ms of them the drain delay.`;
      findings.push({ problem, remedy: 'A component holds it up: with LOG_LEVEL=debug the log shows which.' });
    }
    return judged(findings, `exit code ${exit.code} after ${ms} ms, ${drainDelayMs} ms of them the drain delay`);
  },
};

/** What the chassis says of steps that failed. */
function complaints(output: string): string {
  const texts = [...output.matchAll(/The (?:component|step) '[^']*'[^"\\]*/g)].map(([text]) => text);
  return [...new Set(texts)].slice(0, 3).join('\n');
}
