import { asked } from '../ask';
import { judged, type Check, type Finding } from '../contract';
import { pathOf } from '../get-routes';
import { type Patient } from '../patient';
import { pause } from '../pause';

/** Longer, and every other request, probe and timer is late by it, in ms. */
const longMs = 200;
/** Long enough that each health check runs some times, in ms. */
const idleMs = 700;
/** A machine that is busy with something else looks like a blocked loop, but not each time. */
const tries = 3;

export const eventLoop: Check = {
  name: 'event-loop',
  title: 'nothing blocks the event loop',
  limitMs: 20_000,
  run: async ({ fresh }) => {
    const patient = await fresh();
    const findings: Finding[] = [];
    const note = (subject: string, what: string, ms: number): void => {
      if (ms <= longMs) return;
      const problem = `${what} the event loop for ${Math.round(ms)} ms: nothing else runs meanwhile.`;
      const remedy = 'Do it in pieces, in a worker thread, or by the asynchronous form of what is called.';
      findings.push({ subject, problem, remedy });
    };
    let longest = await leastOf(patient, () => pause(idleMs));
    note('idle', 'Without any request something (a health check, a timer) blocks', longest);
    const paths = patient.facts.routes.flatMap((template) => pathOf(template, 'doctor') ?? []);
    for (const path of paths) {
      const ms = await leastOf(patient, () => asked({ port: patient.port, path, timeoutMs: 2_000 }));
      longest = Math.max(longest, ms);
      note(path, `GET ${path} blocks`, ms);
    }
    return judged(findings, `at most ${longest.toFixed(1)} ms, idle and in ${paths.length} GET routes`);
  },
};

/** For how long the loop is blocked while something goes on: the least of three times, if it looks like long. */
async function leastOf(patient: Patient, goOn: () => Promise<unknown>): Promise<number> {
  let least = Infinity;
  for (let i = 0; i < tries && least > longMs; i++) {
    await patient.order('blocked');
    await goOn();
    least = Math.min(least, await patient.order('blocked'));
  }
  return least;
}
