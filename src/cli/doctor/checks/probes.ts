import { asked } from '../ask';
import { failed, judged, type Check, type Finding } from '../contract';
import { type Patient } from '../patient';
import { drainDelayMs, stopLimitMs } from '../patient-settings';
import { freePort } from '../free-port';
import { pause, until } from '../pause';

export const probes: Check = {
  name: 'probes',
  title: 'probes flip in the right order',
  limitMs: 15_000,
  run: async ({ fresh }) => {
    const port = await freePort();
    const patient = await fresh({ settings: { http: { port } }, held: true });
    const findings: Finding[] = [];
    const starting = await startingFindings(port, findings);
    await patient.order('proceed');
    await patient.ready;
    await patient.findPlace();
    if (!(await until(readyLimitMs, async () => (await status(port, '/readyz')) === 200))) {
      const remedy = 'A readiness check says no though what the service calls answers: look at /health with access.';
      return failed(`/readyz is not 200 within ${readyLimitMs} ms of the start.`, remedy);
    }
    const seen = await watchStop(patient);
    findings.push(...seen.findings);
    return judged(
      findings,
      `${starting}; at the stop 503 for ${seen.drainedMs} ms while ${seen.served} requests were served`,
    );
  },
};

const readyLimitMs = 3_000;
/** So much of the drain delay must be seen: the machine may be busy. */
const leastShare = 4;

async function status(port: number, path: string): Promise<number | undefined> {
  return (await asked({ port, path, timeoutMs: 1_000 }))?.status;
}

/** While components start: alive, not ready. */
async function startingFindings(port: number, findings: Finding[]): Promise<string> {
  const alive = await until(readyLimitMs, async () => (await status(port, '/livez')) === 200);
  const [ready, started] = [await status(port, '/readyz'), await status(port, '/startupz')];
  if (!alive) {
    const remedy = 'Do not compute or wait in liveness checks: the orchestrator kills what is not alive.';
    findings.push({ problem: '/livez is not 200 while components start.', remedy });
  }
  if (ready !== 503 || started !== 503) {
    const problem = `While components start /readyz says ${ready} and /startupz ${started}, not 503.`;
    findings.push({ problem, remedy: 'Leave readiness to the chassis: it says yes when the start is done.' });
  }
  return `livez 200 before readyz`;
}

/** From SIGTERM to the end: not ready, alive, and still serving. */
async function watchStop(patient: Patient) {
  const { port } = patient;
  const findings: Finding[] = [];
  let [served, firstAt, lastAt, dead] = [0, 0, 0, 0];
  const path = patient.path('/item/1');
  let over = false;
  patient.signal('SIGTERM');
  const ended = patient.endsWithin(stopLimitMs + 1_000).then((exit) => {
    over = true;
    return exit;
  });
  while (!over) {
    const [ready, live, work] = await Promise.all([
      status(port, '/readyz'),
      status(port, '/livez'),
      status(port, path),
    ]);
    if (ready === 503 && live !== 200 && live !== undefined) dead += 1;
    if (ready === 503 && live === 200 && work === 200) {
      served += 1;
      firstAt ||= performance.now();
      lastAt = performance.now();
    }
    await pause(15);
  }
  const exit = await ended;
  const drainedMs = Math.round(lastAt - firstAt);
  if (drainedMs < drainDelayMs / leastShare) {
    const problem = `After SIGTERM it was not ready, and still served, for only ${drainedMs} ms; the drain delay is ${drainDelayMs} ms here.`;
    const remedy =
      'Leave SIGTERM to the chassis: no handler of your own, shutdown.signals true, shutdown.drainDelayMs not 0.';
    findings.push({ problem, remedy });
  }
  if (dead > 0)
    findings.push({ problem: '/livez said no during the stop.', remedy: 'A service that drains is alive.' });
  if (exit === undefined) findings.push({ problem: 'It did not end after SIGTERM.', remedy: 'See the check `stop`.' });
  return { findings, served, drainedMs };
}
