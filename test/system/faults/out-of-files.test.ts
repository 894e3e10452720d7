import { execFileSync } from 'node:child_process';
import http from 'node:http';
import { join } from 'node:path';
import { ask } from '../../support/ask';
import { eventually } from '../../support/eventually';
import { endPrograms, runProgram } from '../../support/program';
import { crowd, pause, straggler } from './support/crowd';
import { fault } from './support/fault';
import { openFilesOf } from './support/proc-status';

afterAll(() => endPrograms());

const most = 64;
const visitors = 200;

/** The status of an answer over a connection of its own, or the code of the error. */
async function outcomeOf(port: number, path: string): Promise<number | string | undefined> {
  try {
    return (await ask(port, path)).status;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

fault(
  18,
  'more connections than the process may have files',
  'alive, not ready, serves those it has, recovers by itself',
  async (report) => {
    const program = runProgram([join(__dirname, 'fixtures', 'few-files.cjs')]);
    const port = await program.ready();
    const pid = program.child.pid as number;
    execFileSync('prlimit', ['--pid', String(pid), `--nofile=${most}:${most}`]);
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const kept = async (path: string): Promise<number> => (await ask(port, path, { agent })).status;
    expect(await kept('/readyz')).toBe(200);
    const before = openFilesOf(pid);

    const clients = await crowd(visitors, 500, () => straggler(port));
    const notReady = await eventually(
      async () => ((await kept('/readyz')) === 503 ? true : undefined),
      'readiness down',
      3_000,
    );
    const refused = clients.filter(({ closedAt }) => closedAt !== undefined).length;
    // Those who come now are turned away at once, probes among them.
    const newcomers = await Promise.all(Array.from({ length: 20 }, () => outcomeOf(port, '/readyz')));
    let served = 0;
    for (let i = 0; i < 100; i++) if ((await kept('/ok')) === 200) served += 1;
    expect(program.child.exitCode).toBeNull();

    for (const { socket } of clients) socket.destroy();
    const freed = performance.now();
    await eventually(async () => ((await outcomeOf(port, '/ok')) === 200 ? true : undefined), 'new connections', 5_000);
    const accepting = (performance.now() - freed) / 1000;
    await eventually(async () => ((await outcomeOf(port, '/readyz')) === 200 ? true : undefined), 'readiness', 5_000);
    const recovered = (performance.now() - freed) / 1000;
    agent.destroy();
    await pause(200);
    const left = openFilesOf(pid) - before;

    report(`${refused} of ${visitors} turned away at a limit of ${most} files, not ready: ${notReady ? 'yes' : 'no'}`);
    report(`${served} of 100 requests on an open connection served meanwhile`);
    report(
      `accepts after ${accepting.toFixed(2)} s, ready after ${recovered.toFixed(2)} s, limit 2 s; ${Math.max(left, 0)} files left over`,
    );
    expect(refused).toBeGreaterThan(visitors - most);
    expect(newcomers).not.toContain(200);
    expect(served).toBe(100);
    expect(recovered).toBeLessThan(2);
    expect(left).toBeLessThanOrEqual(0);
    const said = program.lines.filter(({ level }) => level === 'error' || level === 'warn').length;
    expect(said).toBeGreaterThan(0);
    expect(said).toBeLessThan(10);
  },
  { needs: ['prlimit'] },
);
