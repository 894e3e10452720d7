import { asked } from '../ask';
import { judged, type Check, type Finding } from '../contract';
import { pathOf } from '../get-routes';
import { type Patient } from '../patient';
import { pause } from '../pause';

/** An orchestrator gives a probe a second as a rule; slower than this leaves no room, in ms. */
const slowMs = 250;
const rounds = 40;

export const hanging: Check = {
  name: 'hanging',
  title: 'a hanging dependency leaves the probes fast',
  limitMs: 15_000,
  run: async ({ fresh, stub }) => {
    const patient = await fresh();
    // The first call loads what calls are made with.
    await patient.ask({ path: patient.path('/call') });
    stub.mode = 'hang';
    const hung = stub.requests.length;
    const callers = occupy(patient);
    const times: Record<string, number[]> = { '/livez': [], '/readyz': [] };
    let dead = 0;
    for (let i = 0; i < rounds; i++) {
      for (const [path, all] of Object.entries(times)) {
        const answer = await asked({ port: patient.port, path, timeoutMs: 2_000 });
        all.push(answer?.ms ?? Infinity);
        if (path === '/livez' && answer?.status !== 200) dead += 1;
      }
      await pause(40);
    }
    stub.mode = 'answer';
    const findings = Object.entries(times).flatMap(([path, all]): Finding[] => {
      const ms = slowOf(all);
      if (ms <= slowMs) return [];
      const problem = `${path} took ${Number.isFinite(ms) ? `${Math.round(ms)} ms` : 'more than 2 s'} and more in one of ten cases while a dependency hung.`;
      return [
        {
          subject: path,
          problem,
          remedy: 'Nothing may compute for long or wait in the event loop: look at checks and timers.',
        },
      ];
    });
    if (dead > 0)
      findings.push({
        problem: `/livez said no in ${dead} of ${rounds} rounds.`,
        remedy: 'Take checks of other systems out of the group liveness: a restart does not heal them.',
      });
    await callers;
    const ms = slowOf(Object.values(times).flat());
    const calls = stub.requests.length - hung;
    return judged(findings, `nine of ten of ${rounds * 2} probes within ${ms.toFixed(1)} ms while ${calls} calls hung`);
  },
};

/** Requests that wait for the dependency; nobody waits for their answers longer than 2 s. */
async function occupy(patient: Patient): Promise<void> {
  const own = patient.facts.routes.flatMap((template) => pathOf(template, 'doctor') ?? []);
  const paths = [...own.slice(0, 20), ...Array.from({ length: 20 }, () => patient.path('/call'))];
  await Promise.all(paths.map((path) => asked({ port: patient.port, path, timeoutMs: 2_000 })));
}

/** Nine of ten are faster: a single one is late too where the machine is busy. */
function slowOf(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.9)] ?? 0;
}
