import http from 'node:http';
import { join } from 'node:path';
import { ask } from '../../support/ask';
import { eventually } from '../../support/eventually';
import { endPrograms, runProgram } from '../../support/program';
import { pause } from './support/crowd';
import { fault } from './support/fault';
import { allowFiles, inMegabytes, megabyte, memoryOf, openFilesOf } from './support/proc-status';
import { percentile } from './support/steady-caller';

afterAll(() => endPrograms());

const fixture = (name: string): string => join(__dirname, 'fixtures', name);
const crowdSize = 10_000;
/** For all of them, in MB. A bare server of node:http takes 73 MB with Node.js 20, 53 MB with 22 and 92 MB with 24. */
const limitMb = Number(process.versions.node.split('.')[0]) >= 24 ? 120 : 100;

/** Milliseconds that each of many answers took, one after the other over one connection. */
async function timesOf(port: number, requests: number): Promise<number[]> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const times: number[] = [];
  for (let i = 0; i < requests; i++) {
    const begun = performance.now();
    const { status } = await ask(port, '/ok', { agent });
    expect(status).toBe(200);
    times.push(performance.now() - begun);
  }
  agent.destroy();
  return times;
}

/** What is in RAM without garbage. */
async function settledMemoryOf(port: number, pid: number): Promise<number> {
  await ask(port, '/settle', { method: 'POST' });
  return memoryOf(pid);
}

fault(
  17,
  '10,000 idle connections',
  'others are served as before, each costs little',
  async (report) => {
    const service = runProgram(['--expose-gc', fixture('slow-clients.cjs')]);
    const port = await service.ready();
    const pid = service.child.pid as number;
    allowFiles(pid, crowdSize + 1_000);
    await timesOf(port, 2_000);
    await pause(200);
    const filesBefore = openFilesOf(pid);
    const rssBefore = await settledMemoryOf(port, pid);
    const before = percentile(await timesOf(port, 2_000), 0.99);

    const crowd = runProgram([fixture('idle-crowd.cjs'), String(port), String(crowdSize)]);
    allowFiles(crowd.child.pid as number, crowdSize + 1_000);
    const { open, lost } = await eventually(
      () => crowd.lines.find(({ message }) => message === 'idle'),
      '10,000 idle connections',
      45_000,
    );
    const connections = openFilesOf(pid) - filesBefore;
    const grown = (await settledMemoryOf(port, pid)) - rssBefore;
    const during = percentile(await timesOf(port, 2_000), 0.99);
    const { status } = await ask(port, '/readyz');
    crowd.kill('SIGTERM');
    await crowd.ended;
    const left = await eventually(
      () => (openFilesOf(pid) <= filesBefore ? 0 : undefined),
      'the end of all connections',
    );

    report(`${connections} open, RSS +${inMegabytes(grown)}, limit ${limitMb} MB`);
    report(
      `p99 ${during.toFixed(2)} ms with them, ${before.toFixed(2)} ms without, ratio ${(during / before).toFixed(1)}, limit 2`,
    );
    report(`${left} connections left over afterwards`);
    expect({ open, lost }).toEqual({ open: crowdSize, lost: 0 });
    expect(connections).toBeGreaterThanOrEqual(crowdSize);
    expect(grown).toBeLessThanOrEqual(limitMb * megabyte);
    // A ratio of two small times on a shared machine says little: what counts is that nobody waits.
    expect(during).toBeLessThanOrEqual(2 * before + 50);
    expect(status).toBe(200);
  },
  { needs: ['prlimit'], timeoutMs: 90_000 },
);
