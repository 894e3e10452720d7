import http from 'node:http';
import { ask, type Answer } from '../../support/ask';
import { endPrograms } from '../../support/program';
import { RawClient } from '../../support/raw-http';
import { fault } from './support/fault';
import { inFlight, runLife, seconds, sleep } from './support/life';

afterAll(endPrograms);

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: life\r\n\r\n`;

/** What became of a connection. */
interface Course {
  answered: number;
  /** The answer said that it was the last one. */
  told: boolean;
  /** After that the server closed its side in order. */
  closed: boolean;
  error: string | undefined;
}

/** One connection with one request after the other, `pauseMs` apart, until an answer says that it is the last. */
async function keepAsking(client: RawClient, pauseMs: number): Promise<Course> {
  const course: Course = { answered: 0, told: false, closed: false, error: undefined };
  client.socket.once('end', () => (course.closed = true));
  while (!course.told && !client.socket.destroyed) {
    client.received = '';
    client.send(get('/quick'));
    await client.until('{"ok":true}').catch(() => undefined);
    if (!client.received.includes('{"ok":true}')) break;
    course.answered += 1;
    course.told = /^connection: close\r$/im.test(client.received);
    if (!course.told) await sleep(pauseMs);
  }
  await client.closed;
  course.error = client.error?.message;
  return course;
}

/** New connections, one after the other, for as long as the port is open: how many requests were answered, and what the others met. */
async function keepConnecting(port: number): Promise<{ answered: number; failed: string[] }> {
  let answered = 0;
  const failed: string[] = [];
  while (failed.at(-1) !== 'ECONNREFUSED' && failed.length < 1_000) {
    try {
      await ask(port, '/quick');
      answered += 1;
    } catch (error) {
      failed.push(String((error as NodeJS.ErrnoException).code));
    }
  }
  return { answered, failed };
}

fault(
  2,
  'SIGTERM to the only instance, 64 keep-alive connections in use',
  'each gets its answers, the last with Connection: close, and then FIN',
  async (report) => {
    const program = runLife();
    const port = await program.ready();
    const clients = await Promise.all(Array.from({ length: 64 }, () => RawClient.open(port)));
    // Half of them without a pause, half as callers that have something to ask now and then.
    const courses = clients.map((client, i) => keepAsking(client, i % 2 === 0 ? 0 : 300));
    await sleep(500);
    program.kill('SIGTERM');
    const strangers = Promise.all(Array.from({ length: 8 }, () => keepConnecting(port)));
    const all = await Promise.all(courses);
    const fresh = await strangers;
    const ending = await program.ended;

    const lost = all.filter(({ told, closed, error }) => !told || !closed || error !== undefined);
    const answered = all.reduce((sum, course) => sum + course.answered, 0);
    report(`${lost.length} of 64 open connections reset, limit 0 (${answered} answers)`);
    const met = fresh.flatMap(({ failed }) => failed);
    const resets = met.filter((code) => code !== 'ECONNREFUSED').length;
    const asked = fresh.reduce((sum, one) => sum + one.answered, 0) + resets;
    report(`of connections opened after the signal, ${resets} of ${asked} reset when the port closed`);
    expect(lost).toEqual([]);
    expect(ending).toMatchObject({ code: 0, signal: null });
    expect(met.filter((code) => code === 'ECONNREFUSED')).toHaveLength(8);
  },
);

fault(3, 'SIGTERM with 10 slow requests (1.5 s) in flight', 'all are finished', async (report) => {
  const program = runLife({ SHUTDOWN_DRAIN_DELAY_MS: '500' });
  const port = await program.ready();
  const wholes = Array.from({ length: 5 }, () => ask(port, '/slow/1500'));
  const parts = Array.from({ length: 5 }, () => ask(port, '/parts/1500'));
  await inFlight(program, 10);
  const at = program.kill('SIGTERM');
  const answers = await Promise.allSettled([...wholes, ...parts]);
  const ending = await program.ended;

  const isWhole = ({ status, body }: Answer): boolean =>
    status === 200 && (body === '{"ok":true}' || body.endsWith('part 9\nwhole\n'));
  const finished = answers.filter((one) => one.status === 'fulfilled' && isWhole(one.value)).length;
  const took = ending.at - at;
  report(`${finished} of 10 finished, limit 10; exit after ${seconds(took)}, limit 3.5 s`);
  expect(finished).toBe(10);
  for (const answer of await Promise.all(wholes)) expect(answer.headers.connection).toBe('close');
  expect(ending).toMatchObject({ code: 0, signal: null });
  expect(took).toBeLessThan(3_500);
});

fault(
  4,
  'SIGTERM with a request in flight that takes 60 s, a grace of 3 s',
  'it is cut and logged, and the exit code is 1',
  async (report) => {
    // The drain delay is left at 5 s: it must not eat up the grace.
    const program = runLife({ SHUTDOWN_TIMEOUT_MS: '3000' });
    const port = await program.ready();
    const cut = ask(port, '/slow/60000').catch((error: NodeJS.ErrnoException) => error.code);
    await inFlight(program, 1);
    const at = program.kill('SIGTERM');
    const ending = await program.ended;

    const took = ending.at - at;
    report(`exit with ${ending.code} after ${seconds(took)}, limit 3.5 s`);
    expect(await cut).toBe('ECONNRESET');
    expect(took).toBeLessThan(3_500);
    expect(ending).toMatchObject({ code: 1, signal: null });
    const told = await program.line('a step of the stop failed');
    expect(told).toMatchObject({ level: 'error', step: 'finish requests', err: { code: 'TIMEOUT' } });
    expect((await program.line('hook done'))['hook']).toBe('0 fine');
  },
);

fault(
  7,
  'SIGTERM with 1,000 idle keep-alive connections and 100 that never said a word',
  'they are closed and do not hold up the exit',
  async (report) => {
    const program = runLife();
    const port = await program.ready();
    const clients: RawClient[] = [];
    for (let i = 0; i < 11; i++)
      clients.push(...(await Promise.all(Array.from({ length: 100 }, () => RawClient.open(port)))));
    const used = clients.slice(100);
    for (const client of used) client.send(get('/quick'));
    await Promise.all(used.map((client) => client.until('{"ok":true}')));
    const at = program.kill('SIGTERM');
    await sleep(1_000);
    const kept = clients.filter(({ socket }) => !socket.destroyed).length;
    const ending = await program.ended;
    await Promise.all(clients.map((client) => client.closed));

    const took = ending.at - at;
    const resets = clients.filter(({ error }) => error !== undefined).length;
    report(`exit after ${seconds(took)}, limit 6 s (a drain delay of 5 s and 1 s); ${resets} of 1100 reset, limit 0`);
    expect(took).toBeLessThan(6_000);
    expect(took).toBeGreaterThanOrEqual(4_990);
    expect(kept).toBe(1_100); // they may be used until the delay is over
    expect(resets).toBe(0);
    expect(ending).toMatchObject({ code: 0, signal: null });
  },
);

fault(
  8,
  'SIGTERM with 10 streams of events open, a grace of 3 s',
  'they go on until the grace is over, and are ended then',
  async (report) => {
    const program = runLife({ SHUTDOWN_DRAIN_DELAY_MS: '500', SHUTDOWN_TIMEOUT_MS: '3000' });
    const port = await program.ready();
    const streams = await Promise.all(Array.from({ length: 10 }, () => openStream(port)));
    await inFlight(program, 10);
    const at = program.kill('SIGTERM');
    const ends = await Promise.all(streams.map(({ ended }) => ended));
    const ending = await program.ended;

    const took = ending.at - at;
    const last = Math.max(...ends.map((end) => end.at)) - at;
    report(`10 of 10 streams ended after ${seconds(last)}; exit after ${seconds(took)}, limit 3.5 s`);
    expect(took).toBeLessThan(3_500);
    // Until what the grace keeps back for the components: a fifth.
    for (const end of ends) expect(end.lastEventAt - at).toBeGreaterThan(2_000);
    expect(ending).toMatchObject({ code: 1, signal: null });
    expect((await program.line('hook done'))['hook']).toBe('0 fine');
  },
);

interface StreamEnd {
  readonly at: number;
  readonly lastEventAt: number;
}

/** Opens a stream of events; it flows already. */
function openStream(port: number): Promise<{ readonly ended: Promise<StreamEnd> }> {
  return new Promise((resolve, reject) => {
    const req = http.get({ host: '127.0.0.1', port, path: '/events', agent: false }, (res) => {
      let lastEventAt = 0;
      res.on('data', () => (lastEventAt = performance.now()));
      res.on('error', () => undefined); // it was cut in the middle, as expected
      const ended = new Promise<StreamEnd>((end) => res.on('close', () => end({ at: performance.now(), lastEventAt })));
      resolve({ ended });
    });
    req.on('error', reject);
  });
}
