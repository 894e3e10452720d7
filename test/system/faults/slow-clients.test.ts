import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { ask } from '../../support/ask';
import { eventually } from '../../support/eventually';
import { endPrograms, runProgram, type Program } from '../../support/program';
import { crowd, pause, secondsOpen, straggler, type Straggler } from './support/crowd';
import { fault } from './support/fault';
import { inMegabytes, megabyte, memoryOf, openFilesOf } from './support/proc-status';
import { callSteadily, type Steady } from './support/steady-caller';

/** After their arrival; more than the longest limit, also of a machine that is busy. What is open then is never cut. */
const patienceMs = 40_000;
/** Clients arrive over this time: some meet every phase of a check that runs at intervals, and none waits in a full accept queue. */
const arrivalMs = 5_000;
const heads = 600;
const bodies = 400;
const readers = 200;

interface Outcome {
  readonly heads: Straggler[];
  readonly bodies: Straggler[];
  readonly steady: Steady;
  readonly rssBefore: number;
  readonly rssWhile: number;
  readonly filesBefore: number;
  readonly filesAfter: number;
  readonly metrics: string;
  /** How late the two processes were at most, in seconds: they may have waited for the machine. */
  readonly lag: number;
}

let program: Program;
/** All kinds at once, in one service with default settings: they take half a minute, and no kind may shield another. */
let outcome: Promise<Outcome>;

beforeAll(async () => {
  program = runProgram([join(__dirname, 'fixtures', 'slow-clients.cjs')]);
  const port = await program.ready();
  outcome = visit(port, program.child.pid as number);
});
afterAll(() => endPrograms());

async function visit(port: number, pid: number): Promise<Outcome> {
  for (let i = 0; i < 50; i++) await ask(port, '/ok');
  await pause(200);
  const rssBefore = memoryOf(pid);
  const filesBefore = openFilesOf(pid);
  const lag = monitorEventLoopDelay({ resolution: 10 });
  lag.enable();
  let over = false;
  const steady = callSteadily(port, '/ok', 20, () => over);
  const [slowHeads, slowBodies, slowReaders] = await Promise.all([
    crowd(heads, arrivalMs, (index) => slowHead(port, index)),
    crowd(bodies, arrivalMs, (index) => slowBody(port, index)),
    crowd(readers, arrivalMs, (index) => slowReader(port, index)),
  ]);
  await pause(8_000);
  const rssWhile = memoryOf(pid);
  const open = (): number =>
    [...slowHeads, ...slowBodies].filter(({ closedAt }) => closedAt === undefined).length + readers - readersGone();
  await eventually(() => (open() === 0 ? true : undefined), 'the end of all slow clients', patienceMs - 8_000);
  over = true;
  lag.disable();
  for (const { socket } of [...slowHeads, ...slowBodies]) socket.destroy();
  for (const socket of slowReaders) socket.destroy();
  const metrics = (await ask(port, '/metrics')).body;
  const result = { heads: slowHeads, bodies: slowBodies, steady: await steady };
  await pause(200);
  return {
    ...result,
    lag: lag.max / 1e9 + lagOf(metrics),
    rssBefore,
    rssWhile,
    filesBefore,
    filesAfter: openFilesOf(pid),
    metrics,
  };
}

function readersGone(): number {
  return program.lines.filter(({ message }) => message === 'reader gone').length;
}

/** Sends a piece each second, for ever. */
function drip({ socket }: Straggler, piece: string): void {
  const timer = setInterval(() => socket.write(piece), 1_000);
  socket.once('end', () => clearInterval(timer)).once('close', () => clearInterval(timer));
}

const beginnings = [
  // Never says a word.
  '',
  'GET /ok HTTP/1.1\r\nHost: a\r\n',
  'GET /o',
  'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nX-Slow: ',
];

async function slowHead(port: number, index: number): Promise<Straggler> {
  const client = await straggler(port);
  const beginning = beginnings[index % beginnings.length] as string;
  if (beginning !== '') client.socket.write(beginning);
  if (index % 8 === 4) {
    // Had an answer before, and is slow with its second request only.
    client.socket.write('GET /ok HTTP/1.1\r\nHost: a\r\n\r\nG');
  }
  if (index % 4 !== 0) drip(client, beginning.endsWith('\r\n') ? 'X-a: b\r\n' : 'a');
  return client;
}

async function slowBody(port: number, index: number): Promise<Straggler> {
  const client = await straggler(port);
  const length = index % 2 === 0 ? 'Content-Length: 1000' : 'Transfer-Encoding: chunked';
  client.socket.write(`POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n${length}\r\n\r\n`);
  drip(client, index % 2 === 0 ? ' ' : '1\r\n \r\n');
  return client;
}

/** Asks for 16 MB and reads nothing of it, or 16 bytes each second. What it sees of the end is of no use: it does not look. */
function slowReader(port: number, index: number): Promise<Socket> {
  const onread = { buffer: Buffer.alloc(16), callback: () => false };
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', onread });
    socket.on('error', () => undefined);
    socket.once('connect', () => {
      socket.write(`GET ${index % 4 < 2 ? '/big' : '/stream'} HTTP/1.1\r\nHost: a\r\n\r\n`);
      resolve(socket);
    });
    const timer = index % 2 === 0 ? undefined : setInterval(() => socket.resume(), 1_000);
    socket.once('close', () => clearInterval(timer));
  });
}

/** The longest that the service's event loop was held up since the scrape before. */
function lagOf(metrics: string): number {
  return Number(/^nodejs_eventloop_delay_max_seconds (\S+)$/m.exec(metrics)?.[1]);
}

function counted(metrics: string, reason: string): number {
  return Number(
    new RegExp(`^keelson_http_connection_errors_total\\{reason="${reason}"\\} (\\d+)$`, 'm').exec(metrics)?.[1],
  );
}

function late({ lag }: Outcome): string {
  return `the machine kept both processes waiting for ${lag.toFixed(2)} s at most`;
}

function healthy({ steady: { asked, failures, p99 } }: Outcome): string {
  expect(failures).toEqual([]);
  expect(asked).toBeGreaterThan(300);
  return `${asked} healthy requests meanwhile, 0 failed, p99 ${p99.toFixed(0)} ms`;
}

fault(14, 'slow and silent heads of requests', 'cut by default, others are served', async (report) => {
  const seen = await outcome;
  const seconds = secondsOpen(seen.heads);
  report(`slowest of ${heads} cut after ${seconds[0]?.toFixed(1)} s, limit 11 s; ${late(seen)}`);
  report(healthy(seen));
  expect(seconds[0]).toBeLessThanOrEqual(11 + seen.lag);
  // None was cut before its time, and each was told why.
  expect(seconds.at(-1)).toBeGreaterThan(9);
  expect(seen.heads.filter(({ received }) => !received.includes('HTTP/1.1 408 ')).length).toBe(0);
});

fault(15, 'slow bodies of requests', 'answered 408 by default, others are served', async (report) => {
  const seen = await outcome;
  const seconds = secondsOpen(seen.bodies);
  report(`slowest of ${bodies} cut after ${seconds[0]?.toFixed(1)} s, limit 31 s; ${late(seen)}`);
  report(healthy(seen));
  expect(seconds[0]).toBeLessThanOrEqual(31 + seen.lag);
  expect(seconds.at(-1)).toBeGreaterThan(29);
  expect(seen.bodies.filter(({ received }) => !received.startsWith('HTTP/1.1 408 ')).length).toBe(0);
  expect(counted(seen.metrics, 'request_timeout')).toBe(heads + bodies);
});

fault(16, 'clients that do not read their answers', 'cut by default, nothing is piled up for them', async (report) => {
  const seen = await outcome;
  const seconds = program.lines.filter(({ message }) => message === 'reader gone').map(({ afterS }) => Number(afterS));
  const grown = seen.rssWhile - seen.rssBefore;
  report(
    `slowest of ${readers} cut after ${Math.max(...seconds).toFixed(1)} s, limit 30 s and the time to fill the buffers`,
  );
  report(
    `RSS +${inMegabytes(grown)} for ${readers} unread answers of 16 MB and ${heads + bodies} slow requests, limit 150 MB`,
  );
  report(healthy(seen));
  expect(seconds.length).toBe(readers);
  expect(Math.max(...seconds)).toBeLessThan(34 + seen.lag);
  expect(counted(seen.metrics, 'write_stall')).toBe(readers);
  expect(grown).toBeLessThan(150 * megabyte);
  expect(seen.filesAfter - seen.filesBefore).toBe(0);
});
