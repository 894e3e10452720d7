import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from '../../support/ask';
import { eventually } from '../../support/eventually';
import { freePort } from '../../support/free-port';
import { fault, type Report } from './support/fault';
import { keepAsking } from './support/keep-asking';

const talkative = join(__dirname, 'fixtures/talkative.cjs');
const requests = 4_000;
/** Per request two lines, of them one of eight kilobytes: thirty times what may wait. */
const written = requests * 2;
const limitMb = 60;

const children: ChildProcess[] = [];

afterAll(() => children.forEach((child) => child.kill('SIGKILL')));

interface Mute {
  readonly child: ChildProcess;
  readonly port: number;
}

/** The talkative service, with a pipe or a file as standard output, and nobody who has read from it yet. */
async function startTalkative(out: 'pipe' | number): Promise<Mute> {
  const port = await freePort();
  const env = { PATH: process.env['PATH'], PORT: String(port), HTTP_HOST: '127.0.0.1', SHUTDOWN_DRAIN_DELAY_MS: '0' };
  const child = spawn(process.execPath, [talkative], { env, stdio: ['ignore', out, 'inherit'] });
  children.push(child);
  const alive = async (): Promise<true | undefined> => {
    const answer = await ask(port, '/readyz').catch(() => undefined);
    return answer?.status === 200 || undefined;
  };
  await eventually(alive, 'an answer');
  return { child, port };
}

interface Load {
  readonly failed: number;
  readonly p99Ms: number;
  readonly grownMb: number;
}

async function load({ child, port }: Mute): Promise<Load> {
  const before = residentMb(child);
  let answers = 0;
  let highest = before;
  const asked = await keepAsking(port, '/loud', requests, 16, () => {
    if (answers++ % 100 === 0) highest = Math.max(highest, residentMb(child));
  });
  return { ...asked, grownMb: highest - before };
}

function residentMb({ pid }: ChildProcess): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

async function dropped(port: number): Promise<number> {
  const { body } = await ask(port, '/metrics');
  return Number(/^keelson_log_lines_dropped_total (\d+)/m.exec(body)?.[1] ?? 0);
}

/** Ends it in order. Resolves to how long that took. */
async function stop({ child }: Mute): Promise<number> {
  const begun = performance.now();
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  return performance.now() - begun;
}

/** The p99 of the same service when its log is read, for comparison. */
let readMs: number | undefined;

async function whenRead(): Promise<number> {
  if (readMs !== undefined) return readMs;
  const service = await startTalkative('pipe');
  service.child.stdout?.resume();
  readMs = (await load(service)).p99Ms;
  expect(await dropped(service.port)).toBe(0);
  await stop(service);
  return readMs;
}

async function tell(report: Report, { failed, p99Ms, grownMb }: Load, lost: number): Promise<void> {
  const ratio = p99Ms / (await whenRead());
  report(`failed: ${failed} of ${requests}; lines dropped and counted: ${lost} of ${written}`);
  report(`memory grew by ${grownMb.toFixed(0)} MB, limit ${limitMb} MB`);
  report(`p99 ${p99Ms.toFixed(1)} ms, ${ratio.toFixed(2)} of what it is when the log is read`);
  expect(failed).toBe(0);
  expect(grownMb).toBeLessThan(limitMb);
}

fault(40, 'standard output is a pipe whose reader has gone (| head -1)', 'the service goes on', async (report) => {
  const service = await startTalkative('pipe');
  await once(service.child.stdout as NodeJS.ReadableStream, 'data');
  service.child.stdout?.destroy();
  const result = await load(service);
  const lost = await dropped(service.port);
  // All but what was read before.
  expect(lost).toBeGreaterThan(written - 400);
  expect((await ask(service.port, '/livez')).status).toBe(200);
  await tell(report, result, lost);
  report(`stopped in order in ${Math.round(await stop(service))} ms`);
});

fault(40, 'a pipe that nobody reads', 'what does not fit is dropped and told of', async (report) => {
  const service = await startTalkative('pipe');
  const result = await load(service);
  const lost = await dropped(service.port);
  expect(lost).toBeGreaterThan(written / 2);
  await tell(report, result, lost);

  let text = '';
  service.child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  // With this line it finds out that somebody reads, and what comes then is whole again.
  const told = async (): Promise<string | undefined> => {
    await ask(service.port, '/loud');
    return text.split('\n').find((line) => line.includes('"Log lines were dropped"') && line.endsWith('}'));
  };
  const notice = JSON.parse(await eventually(told, 'the notice')) as Record<string, unknown>;
  await stop(service);
  const lines = text.trimEnd().split('\n');
  for (const line of lines) JSON.parse(line);
  expect(notice['dropped']).toBe(lost);
  report(`when read again, whole lines follow, and one that says that ${lost} were dropped`);
});

fault(40, 'a pipe that is still not read at the end', 'the stop does not wait for it', async (report) => {
  const service = await startTalkative('pipe');
  for (let i = 0; i < 40; i++) await ask(service.port, '/loud');
  const ms = await stop(service);
  expect(ms).toBeLessThan(3_000);
  report(`stopped in order after ${Math.round(ms)} ms, limit 3000 ms`);
});

fault(40, 'the disk is full (/dev/full)', 'the service goes on', async (report) => {
  const full = openSync('/dev/full', 'w');
  const service = await startTalkative(full);
  closeSync(full);
  const result = await load(service);
  const lost = await dropped(service.port);
  expect(lost).toBeGreaterThan(written - 400);
  await tell(report, result, lost);
  report(`stopped in order in ${Math.round(await stop(service))} ms`);
});
