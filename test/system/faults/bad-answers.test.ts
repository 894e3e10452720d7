import { join } from 'node:path';
import { type Socket } from 'node:net';
import dns from 'node:dns';
import { createClient, type ClientOptions, type OwnedClient } from '../../../src/client';
import { closeUpstreams, startRaw, startUpstream } from '../../client/support/upstream';
import { type LogLine } from '../../support/captured-log';
import { endPrograms, runProgram } from '../../support/program';
import { after, callOften, failed, slowest, timed } from './support/call-often';
import { fault } from './support/fault';
import { lies, startLying } from './support/lying-server';
import { inMegabytes, megabyte } from './support/proc-status';
import { clientOf, startToggled, urlsOf } from './support/toggled';

const clients: OwnedClient[] = [];

afterEach(async () => {
  endPrograms();
  jest.restoreAllMocks();
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await closeUpstreams();
});

function clientAt(origin: string, options: ClientOptions = {}): OwnedClient {
  const client = createClient(origin, options);
  clients.push(client);
  return client;
}

fault(
  61,
  'a connection that was kept is reset when the next request comes, every time',
  'no GET fails, without a retry policy',
  async (report) => {
    const used = new WeakSet<Socket>();
    let resets = 0;
    const upstream = await startRaw((socket) => {
      if (used.has(socket)) {
        resets += 1;
        socket.resetAndDestroy();
        return;
      }
      used.add(socket);
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-type: application/json\r\n\r\n{}');
    });
    const client = clientAt(upstream.origin, { retry: false });
    const called = await callOften(() => client.get('/'), 1, after(500));
    report(`${failed(called).length} of ${called.length} GETs failed, ${resets} met a reset, limit 0`);
    expect(failed(called)).toEqual([]);
    expect(resets).toBeGreaterThan(200);
  },
);

fault(
  62,
  'an instance drips its body, or its head, at a byte a second',
  'the call ends with its deadline',
  async (report) => {
    const text = `HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n${'x'.repeat(100)}`;
    const upstream = await startRaw((socket, head) => {
      let at = head.startsWith('GET /body') ? text.indexOf('x') : 1;
      socket.write(text.slice(0, at));
      const timer = setInterval(() => socket.write(text[at++] as string), 1_000);
      socket.once('close', () => clearInterval(timer));
    });
    const limits = [
      { timeoutMs: 1_500, attemptTimeoutMs: 5_000 },
      { timeoutMs: 1_500, attemptTimeoutMs: 600 },
    ];
    const calls = limits.flatMap((options) => {
      const client = clientAt(upstream.origin, options);
      return ['/body', '/head'].flatMap((path) => Array.from({ length: 10 }, () => timed(() => client.get(path))));
    });
    const called = await Promise.all(calls);
    const over = slowest(called) - 1_500;
    report(`the slowest of ${called.length} calls ended ${over.toFixed(0)} ms after its deadline, limit 100 ms`);
    expect(failed(called)).toHaveLength(called.length);
    expect(over).toBeLessThanOrEqual(100);
  },
);

fault(
  63,
  'answers that are cut, have a wrong length, are no HTTP, never end, or have a gigabyte',
  'an error each, and no more memory than an answer may have',
  async (report) => {
    const { upstream, poured } = await startLying();
    const paths = Object.keys(lies).filter((path) => path !== '/well');
    const program = runProgram(['--expose-gc', join(__dirname, 'fixtures/caller.cjs')], {
      ORIGIN: upstream.origin,
      PATHS: paths.join(' '),
    });
    expect((await program.ended).code).toBe(0);
    const asked = program.lines.filter(({ message }) => message === 'asked');
    const codes = Object.fromEntries(asked.map(({ path, code }) => [path, code]));
    const growth = (which: (path: unknown) => boolean): number =>
      Math.max(...asked.filter(({ path }) => which(path)).map((line) => line['grown'] as number));
    const grown = growth((path) => path !== '/endless-status');
    const [refused, took] = [asked.filter(({ code }) => code !== 'none').length, longest(asked)];
    const most = Math.max(...paths.filter((path) => path !== '/endless-status').map(poured));
    report(`${refused} of ${paths.length} refused, the slowest after ${took.toFixed(0)} ms, limit 3000 ms + 100`);
    report(
      `peak RSS +${inMegabytes(grown)} at most, limit 30 MB with answers of up to 10 MB, ${inMegabytes(most)} taken`,
    );
    report(
      `+${inMegabytes(growth((path) => path === '/endless-status'))} for a status line without end, which only the deadline ends`,
    );
    const broken = 'CONNECTION_FAILED';
    const large = 'PAYLOAD_TOO_LARGE';
    expect(codes).toEqual({
      '/truncated': broken,
      '/truncated-chunk': broken,
      '/too-long': 'none', // the answer itself is whole; what follows it breaks the connection
      '/two-lengths': broken,
      '/length-and-chunked': broken,
      '/no-http': broken,
      '/endless-headers': broken,
      '/endless-header': broken,
      '/endless-trailers': broken,
      '/endless-status': 'DEADLINE_EXCEEDED',
      '/gigabyte': large,
      '/gigabyte-poured': large,
      '/gigabyte-chunked': large,
    });
    expect(took).toBeLessThanOrEqual(3_100);
    expect(grown).toBeLessThanOrEqual(30 * megabyte);
  },
);

const longest = (lines: readonly LogLine[]): number => Math.max(...lines.map((line) => line['ms'] as number));

fault(
  64,
  'answers that redirect to a port of the machine, to the metadata address of clouds, to other schemes',
  'none is followed',
  async (report) => {
    let hits = 0;
    const canary = await startUpstream((_req, res) => {
      hits += 1;
      res.end('{}');
    });
    const places = [
      `${canary.origin}/`,
      `//127.0.0.1:${canary.port}/`,
      'http://169.254.169.254/latest/meta-data/',
      'file:///etc/passwd',
      '/elsewhere',
    ];
    const statuses = [300, 301, 302, 303, 305, 307, 308];
    const upstream = await startUpstream((req, res) => {
      const [, status, place] = String(req.url).split('/');
      res.writeHead(Number(status), { location: places[Number(place)], refresh: `0; url=${places[0]}` }).end('{}');
    });
    const lookup = jest.spyOn(dns, 'lookup');
    const client = clientAt(upstream.origin);
    for (const [i] of places.entries()) {
      for (const status of statuses) {
        for (const method of ['GET', 'POST'] as const) {
          const call = client.request({ method, path: `/${status}/${i}` });
          await expect(call).rejects.toMatchObject({ code: 'HTTP_STATUS', details: { status } });
        }
      }
    }
    const asked = places.length * statuses.length * 2;
    report(
      `${hits} of ${asked} redirects reached the canary, limit 0; ${upstream.asked.length} requests in all, limit ${asked}`,
    );
    expect(hits).toBe(0);
    expect(canary.opened).toBe(0);
    expect(upstream.asked).toHaveLength(asked);
    expect(lookup).not.toHaveBeenCalled();
  },
);

fault(
  65,
  'two of three instances have names that cannot be looked up: one fails, one hangs',
  'every GET is answered by the third in its time, and those two are left out',
  async (report) => {
    const well = await startToggled();
    const { lookup } = dns;
    let asked = 0;
    jest.spyOn(dns, 'lookup').mockImplementation(((host: string, options: unknown, done: (error: Error) => void) => {
      if (!host.endsWith('.example')) return (lookup as (...all: unknown[]) => void)(host, options, done);
      asked += 1;
      if (host === 'failing.example')
        done(Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' }));
    }) as unknown as typeof dns.lookup);
    const urls = ['http://failing.example:8080', 'http://hanging.example:8080', ...urlsOf([well])];
    const options = { connectTimeoutMs: 500, timeoutMs: 3_000 };
    const { client } = await clientOf(urls, options);
    clients.push(client);
    const called = await callOften(() => client.get('/'), 4, after(2_000));
    report(
      `${failed(called).length} of ${called.length} GETs failed, limit 0; the slowest took ${slowest(called).toFixed(0)} ms, limit 3000 ms`,
    );
    report(`${asked} look-ups of the two names`);
    expect(failed(called)).toEqual([]);
    expect(slowest(called)).toBeLessThanOrEqual(3_000);
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThan(30); // out of 2,000 calls
  },
);
