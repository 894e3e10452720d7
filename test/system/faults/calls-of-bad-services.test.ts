import { join } from 'node:path';
import { createClient, type ClientOptions, type OwnedClient } from '../../../src/client';
import { retryBudget } from '../../../src/resilience';
import { closeUpstreams, startUpstream, textOf } from '../../client/support/upstream';
import { eventually } from '../../support/eventually';
import { endPrograms, runProgram, type Program } from '../../support/program';
import { failed, slowest, timed, type Called } from './support/call-often';
import { fault } from './support/fault';
import { startProxy } from './support/reset-proxy';
import { clientOf, startMany, urlsOf } from './support/toggled';

const clients: OwnedClient[] = [];

afterEach(async () => {
  endPrograms();
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await closeUpstreams();
});

function clientAt(origin: string, options: ClientOptions = {}): OwnedClient {
  const client = createClient(origin, options);
  clients.push(client);
  return client;
}

/** Calls at a steady pace, whatever becomes of them. Resolves when the last one has ended. */
async function storm(call: () => Promise<unknown>, perSecond: number, ms: number): Promise<Called[]> {
  const begun = performance.now();
  const calls: Promise<Called>[] = [];
  const most = (perSecond * ms) / 1_000;
  while (calls.length < most) {
    const due = Math.min(most, ((performance.now() - begun) * perSecond) / 1_000);
    while (calls.length < due) calls.push(timed(call));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return Promise.all(calls);
}

fault(
  66,
  'a service that answers 503 to everything is called 500 times a second, without a breaker',
  'its instances are asked 1.2 times for each call and 10 times a second more, at most',
  async (report) => {
    const instances = await startMany(2);
    for (const one of instances) await one.mode(503);
    const { client } = await clientOf(urlsOf(instances), { breaker: false, retry: { budget: retryBudget() } });
    clients.push(client);
    const begun = performance.now();
    const called = await storm(() => client.get('/'), 500, 6_000);
    const took = (performance.now() - begun) / 1_000;
    const asked = (await Promise.all(instances.map((one) => one.asked()))).reduce((sum, count) => sum + count);
    const limit = 1.2 * called.length + 10 * took;
    report(
      `${asked} requests for ${called.length} calls in ${took.toFixed(1)} s, ${(asked / called.length).toFixed(2)} times as many, limit ${Math.floor(limit)}`,
    );
    expect(failed(called)).toHaveLength(called.length);
    expect(asked).toBeLessThanOrEqual(limit + 1);
    expect(asked).toBeGreaterThan(called.length); // it does retry
  },
);

fault(
  67,
  'a service that asks to be left alone for an hour, for ever, for less than nothing, until yesterday, in words',
  'no call takes longer than its deadline',
  async (report) => {
    const yesterday = new Date(Date.now() - 86_400_000).toUTCString();
    const tomorrow = new Date(Date.now() + 86_400_000).toUTCString();
    const asks = [
      '3600',
      '99999999999999999999',
      '1e9',
      '-1',
      '0',
      '0.5',
      '',
      'soon',
      'NaN',
      'Infinity',
      yesterday,
      tomorrow,
      '1, 3600',
    ];
    const upstream = await startUpstream((req, res) => {
      res.writeHead(503, { 'retry-after': asks[Number(String(req.url).slice(1))] }).end();
    });
    const client = clientAt(upstream.origin, { timeoutMs: 1_500, breaker: false });
    const called = await Promise.all(asks.map((_, i) => timed(() => client.get(`/${i}`))));
    const longest = called.slice(0, 2);
    report(
      `the slowest of ${asks.length} calls took ${slowest(called).toFixed(0)} ms, limit 1500 ms + 100; told to wait an hour or more it took ${slowest(longest).toFixed(0)} ms`,
    );
    expect(failed(called)).toHaveLength(asks.length);
    expect(slowest(called)).toBeLessThanOrEqual(1_600);
    expect(upstream.asked.filter((line) => line === 'GET /0')).toHaveLength(1);
  },
);

fault(
  68,
  'the connection of a POST is reset after it was carried out, new connections and kept ones',
  'it is not repeated, unless it says that it may be',
  async (report) => {
    const executions = new Map<string, number>();
    const upstream = await startUpstream((req, res) => {
      void textOf(req).then((id) => {
        executions.set(id, (executions.get(id) ?? 0) + 1);
        res.end('{}');
      });
    });
    const proxy = await startProxy(upstream.port);
    const client = clientAt(proxy.origin, { breaker: false, retry: { backoff: { initialMs: 1 } } });
    const codes = new Set<string | undefined>();
    for (let i = 0; i < 100; i += 1) {
      proxy.mode = 'pass';
      if (i % 2 === 0) await client.get('/'); // leaves a connection to be kept
      proxy.mode = 'reset';
      codes.add((await timed(() => client.post('/', `order-${i}`))).code);
    }
    const orders = [...executions].filter(([id]) => id.startsWith('order'));
    const most = Math.max(...orders.map(([, count]) => count));
    await timed(() => client.post('/', 'with a key', { idempotent: true, headers: { 'idempotency-key': 'k-1' } }));
    const keyed = executions.get('with a key') as number;
    await proxy.close();
    report(
      `${orders.length} of 100 carried out, each ${most} time, limit 1; ${proxy.resets} resets; with a key ${keyed} times`,
    );
    expect([...codes]).toEqual(['CONNECTION_FAILED']);
    expect(orders).toHaveLength(100);
    expect(most).toBe(1);
    expect(keyed).toBeGreaterThan(1);
  },
);

/** When each hop last worked for each call, by the wall clock of the machine. */
async function lastWork(programs: readonly Program[], calls: number): Promise<number[]> {
  const lines = (): number[][] =>
    programs.map((program) => {
      const worked = program.lines.filter(({ message }) => message === 'worked');
      return worked.map((line) => line['last'] as number);
    });
  await eventually(() => (lines().every(({ length }) => length >= calls) ? true : undefined), 'the end of all work');
  return lines().flat();
}

fault(
  69,
  'the caller of a chain of three services gives up after 500 ms',
  'in one of at most five rounds nobody works for it for longer than 100 ms after that',
  async (report) => {
    const programs: Program[] = [];
    let next: Record<string, string> = {};
    for (const name of ['third', 'second', 'first']) {
      const env = { SERVICE: name, LOG_ACCESS: 'false', ...next };
      const program = runProgram([join(__dirname, 'fixtures/deadline-hop.cjs')], env);
      programs.push(program);
      next = { NEXT: name, NEXT_URL: `http://127.0.0.1:${await program.ready()}` };
    }
    const client = clientAt(next['NEXT_URL'] as string, { timeoutMs: 500, retry: false, breaker: false });
    const calls = 10;
    let made = 0;
    const round = async (): Promise<number> => {
      const givenUp = Date.now() + 500;
      const called = await Promise.all(Array.from({ length: calls }, () => timed(() => client.get('/work/1'))));
      expect(failed(called)).toHaveLength(calls);
      made += calls;
      return Math.max(...(await lastWork(programs, made))) - givenUp;
    };
    for (let i = 0; i < 4; i += 1) await round(); // compiles the way there and back
    const after: number[] = [];
    do after.push(await round());
    while ((after.at(-1) as number) > 100 && after.length < 5);
    report(
      `the last work of ${3 * calls} hops ended ${after.at(-1)} ms after the caller had given up, limit 100 ms; round ${after.length} of 5`,
    );
    expect(after.at(-1)).toBeLessThanOrEqual(100);
  },
);
