import { once } from 'node:events';
import { join } from 'node:path';
import { ask } from '../../support/ask';
import { eventually } from '../../support/eventually';
import { endPrograms, runProgram, type Program } from '../../support/program';
import { answersIn, RawClient, type RawAnswer } from '../../support/raw-http';
import { crowd, pause } from './support/crowd';
import { fault } from './support/fault';
import { openFilesOf } from './support/proc-status';

let program: Program;
let port: number;

beforeAll(async () => {
  program = runProgram(['--expose-gc', join(__dirname, 'fixtures', 'going-away.cjs')]);
  port = await program.ready();
});
afterAll(() => endPrograms());

interface Left {
  readonly begun: number;
  readonly aborted: number;
  readonly finished: number;
  readonly handles: Readonly<Record<string, number>>;
  readonly heap: number;
}

async function left(): Promise<Left> {
  return JSON.parse((await ask(port, '/left')).body) as Left;
}

const json = 'Host: a\r\nContent-Type: application/json\r\n';

/** What a client has sent when it goes away, and what it waits for before that. */
const farewells: readonly { readonly bytes: string; readonly after?: string; readonly works: boolean }[] = [
  { bytes: 'GET /work/60000 HTTP/1.1\r\nHos', works: false },
  { bytes: `POST /work/60000 HTTP/1.1\r\n${json}Content-Length: 1000\r\n\r\n{"a":`, works: false },
  { bytes: `POST /work/60000 HTTP/1.1\r\n${json}Transfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\n`, works: false },
  { bytes: 'GET /work/60000 HTTP/1.1\r\nHost: a\r\n\r\n', works: true },
  { bytes: `POST /work/60000 HTTP/1.1\r\n${json}Content-Length: 2\r\n\r\n{}`, works: true },
];

fault(12, '1,000 clients that break off', 'their work is cancelled, nothing is left of them', async (report) => {
  // The first visitors pay for what is made once.
  await breakOffAll(50);
  await pause(200);
  const before = await left();
  const files = openFilesOf(program.child.pid as number);
  const lines = program.lines.length;
  const wanted = await breakOffAll(1_000);
  await pause(200);
  const after = await left();
  // A file is closed by another thread, and a busy machine takes its time.
  const open = (): number => openFilesOf(program.child.pid as number);
  await eventually(() => open() <= files || undefined, 'no more files are open than before').catch(() => undefined);
  const told = program.lines.slice(lines);
  const begun = after.begun - before.begun;
  const handles = handleChanges(before, after);

  report(
    `${after.aborted - before.aborted} of ${begun} handlers were told by their signal, ${after.finished} worked on`,
  );
  report(`handles left over ${Object.keys(handles).length}, files left over ${Math.max(0, open() - files)}, limit 0`);
  const loud = told.filter(({ level }) => level === 'warn' || level === 'error');
  report(`${told.length} log lines for 1,000 requests, ${loud.length} of them warnings or errors`);
  expect(begun).toBe(wanted);
  expect(after.aborted - before.aborted).toBe(begun);
  expect(after.finished).toBe(0);
  expect(handles).toEqual({});
  expect(open()).toBeLessThanOrEqual(files);
  expect(loud).toEqual([]);
  expect(told.filter(({ logger }) => logger !== 'access').map(({ message }) => message)).toEqual([]);
});

function farewellOf(index: number): (typeof farewells)[number] {
  return farewells[index % farewells.length] as (typeof farewells)[number];
}

/** Sends, waits a little (until its work has begun, where there is some) and breaks the connection: half of them with a reset. */
async function breakOff(index: number, allBegun: Promise<void>): Promise<void> {
  const client = await RawClient.open(port);
  client.send(farewellOf(index).bytes);
  await (farewellOf(index).works ? allBegun : pause(index % 50));
  if (index % 2 === 0) client.socket.resetAndDestroy();
  else client.destroy();
  await client.closed;
}

/** Resolves when nothing is being handled any more: to how many of them had work to cancel. */
async function breakOffAll(clients: number): Promise<number> {
  const { begun } = await left();
  const working = Array.from({ length: clients }, (_, index) => farewellOf(index)).filter(({ works }) => works).length;
  const hasBegun = async (): Promise<true | undefined> => (await left()).begun - begun >= working || undefined;
  const allBegun = eventually(hasBegun, 'the beginning of all work').then(() => undefined);
  await crowd(clients, clients, (index) => breakOff(index, allBegun));
  await eventually(async () => (await inFlight()) === 0 || undefined, 'the end of all work', 5_000);
  return working;
}

async function inFlight(): Promise<number> {
  const { body } = await ask(port, '/metrics');
  return Number(/^http_server_active_requests (\d+)$/m.exec(body)?.[1]);
}

function handleChanges(before: Left, after: Left): Record<string, number> {
  const changes: Record<string, number> = {};
  for (const type of new Set([...Object.keys(before.handles), ...Object.keys(after.handles)])) {
    const change = (after.handles[type] ?? 0) - (before.handles[type] ?? 0);
    if (change !== 0) changes[type] = change;
  }
  return changes;
}

interface HalfCloser {
  readonly sent: string;
  /** The whole of what it must get. */
  readonly got: (answers: readonly RawAnswer[], text: string) => boolean;
}

const ok = (body: string): HalfCloser['got'] => {
  return (answers) => answers.length === 1 && answers[0]?.status === 200 && answers[0].body === body;
};

const halfClosers: readonly HalfCloser[] = [
  { sent: 'GET /work/0 HTTP/1.1\r\nHost: a\r\n\r\n', got: ok('{"done":true}') },
  { sent: 'GET /work/2000 HTTP/1.1\r\nHost: a\r\n\r\n', got: ok('{"done":true}') },
  { sent: 'GET /work/500 HTTP/1.0\r\n\r\n', got: ok('{"done":true}') },
  { sent: `POST /work/500 HTTP/1.1\r\n${json}Content-Length: 9\r\n\r\n{"a":[1]}`, got: ok('{"body":{"a":[1]}}') },
  {
    sent: `POST /work/500 HTTP/1.1\r\n${json}Transfer-Encoding: chunked\r\n\r\n9\r\n{"a":[1]}\r\n0\r\n\r\n`,
    got: ok('{"body":{"a":[1]}}'),
  },
  { sent: 'GET /big/500 HTTP/1.1\r\nHost: a\r\n\r\n', got: ok('x'.repeat(4 * 1024 * 1024)) },
  {
    sent: 'GET /parts/400 HTTP/1.1\r\nHost: a\r\n\r\n',
    got: (_answers, text) => text.includes('part 0') && text.includes('part 4') && text.endsWith('0\r\n\r\n'),
  },
  {
    sent: 'GET /work/700 HTTP/1.1\r\nHost: a\r\n\r\nGET /work/300 HTTP/1.1\r\nHost: a\r\n\r\n',
    got: (answers) =>
      answers.length === 2 && answers.every(({ status, body }) => status === 200 && body === '{"done":true}'),
  },
  {
    sent: 'GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n',
    got: (answers) => answers.length === 1 && answers[0]?.status === 404,
  },
  { sent: 'GET /livez HTTP/1.1\r\nHost: a\r\n\r\n', got: ok('{"status":"UP"}') },
];

fault(13, '200 clients that close their side and wait', 'each gets its whole answer', async (report) => {
  const total = 200;
  const wrong: string[] = [];
  await crowd(total, 1_000, async (index) => {
    const { sent, got } = halfClosers[index % halfClosers.length] as HalfCloser;
    const client = await RawClient.open(port);
    client.send(sent);
    // Half of them in the same breath, half when the request is being handled.
    if (index % 20 >= 10) await pause(50);
    client.socket.end();
    await once(client.socket, 'finish');
    await client.closed;
    // 102 only asks whether the client is still there.
    const answers = answersIn(client.received).filter(({ status }) => status !== 102);
    if (!got(answers, client.received)) wrong.push(`${sent.split('\r\n', 1)[0]}: ${client.received.slice(0, 300)}`);
  });
  report(`${total - wrong.length} of ${total} got their whole answer, limit ${total}`);
  expect(wrong).toEqual([]);
});
