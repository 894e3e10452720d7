import { type Server, createServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, type Socket, createServer as createTcpServer } from 'node:net';
import { type TLSSocket } from 'node:tls';
import { CollectorClient, type CollectorTarget } from '../../src/tracing/collector-client';
import { FakeClock, settle } from '../support/fake-clock';
import { type Collector, startCollector, until } from './support/collector';
import { selfSigned } from '../support/self-signed';

const targetOf = (url: string, more: Partial<CollectorTarget> = {}): CollectorTarget => ({
  kind: 'otlp',
  url: new URL(url),
  headers: {},
  timeoutMs: 10_000,
  gzip: false,
  tls: {},
  ...more,
});

describe('CollectorClient', () => {
  const clock = new FakeClock();
  const closers: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
    expect(clock.timers).toBe(0);
  });

  const collect = async (...args: Parameters<typeof startCollector>): Promise<Collector> => {
    const collector = await startCollector(...args);
    closers.push(() => collector.close());
    return collector;
  };
  const connect = (url: string, more: Partial<CollectorTarget> = {}): CollectorClient => {
    const client = new CollectorClient(targetOf(url, more), clock, () => 1);
    closers.push(() => client.close());
    return client;
  };

  test('posts JSON with the configured headers, over one connection', async () => {
    const collector = await collect();
    const client = connect(`${collector.url}/v1/traces?x=1`, {
      headers: { authorization: 'Basic eDp5', 'content-type': 'text/x' },
    });
    expect(await client.send('{"a":"ä"}')).toEqual({ sent: true });
    expect(await client.send('{}')).toEqual({ sent: true });
    expect(collector.connections).toBe(1);
    const [first] = collector.requests;
    expect(first).toMatchObject({ method: 'POST', path: '/v1/traces?x=1', body: '{"a":"ä"}' });
    expect(first?.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': '10',
      authorization: 'Basic eDp5',
      'user-agent': 'keelson',
    });
    expect(first?.headers['content-encoding']).toBeUndefined();
    expect(first?.headers.traceparent).toBeUndefined();
  });

  test('zips when told to', async () => {
    const collector = await collect();
    expect(await connect(collector.url, { gzip: true }).send('x'.repeat(5000))).toEqual({ sent: true });
    expect(collector.requests[0]?.headers['content-encoding']).toBe('gzip');
    expect(Number(collector.requests[0]?.headers['content-length'])).toBeLessThan(200);
    expect(collector.requests[0]?.body).toBe('x'.repeat(5000));
  });

  test('user and password of the URL become basic authentication', async () => {
    const collector = await collect();
    await connect(collector.url.replace('//', '//me:p%40ss@')).send('{}');
    expect(collector.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
  });

  test.each([200, 202, 204])('%d is success', async (status) => {
    const collector = await collect((res) => res.writeHead(status).end());
    expect(await connect(collector.url).send('{}')).toEqual({ sent: true });
  });

  test.each([301, 400, 401, 404, 413, 500])('%d is final', async (status) => {
    const collector = await collect((res) => res.writeHead(status, { location: '/elsewhere' }).end('no'));
    expect(await connect(collector.url).send('{}')).toEqual({ sent: false, reason: `status ${status}`, pauseMs: 0 });
    expect(collector.requests).toHaveLength(1);
  });

  test.each([429, 502, 503, 504])('%d is tried again, later each time', async (status) => {
    const collector = await collect((res, _, index) => res.writeHead(index < 2 ? status : 200).end());
    const timers = jest.spyOn(clock, 'after');
    const sending = connect(collector.url).send('{}');
    await until(() => timers.mock.calls.length === 2);
    expect(timers.mock.lastCall?.[0]).toBe(500);
    timers.mockRestore();
    await clock.advance(499);
    expect(collector.requests).toHaveLength(1);
    await advanceUntil(() => collector.requests.length === 2);
    await advanceUntil(() => collector.requests.length === 3);
    expect(await sending).toEqual({ sent: true });
  });

  test('gives up when the time is over', async () => {
    const collector = await collect((res) => res.writeHead(503).end());
    let result: unknown;
    void connect(collector.url, { timeoutMs: 3000 })
      .send('{}')
      .then((outcome) => (result = outcome));
    const start = clock.now();
    await advanceUntil(() => result !== undefined);
    expect(result).toEqual({ sent: false, reason: 'status 503', pauseMs: 0 });
    expect(clock.now() - start).toBeLessThanOrEqual(3000);
    expect(collector.requests).toHaveLength(3);
  });

  test('waits as long as Retry-After says, if there is time', async () => {
    const collector = await collect((res, _, index) =>
      res.writeHead(index === 0 ? 429 : 200, { 'retry-after': '4' }).end(),
    );
    const start = clock.now();
    const sending = connect(collector.url).send('{}');
    await advanceUntil(() => collector.requests.length === 2);
    expect(clock.now() - start).toBeGreaterThanOrEqual(4000);
    expect(await sending).toEqual({ sent: true });
  });

  test('and tells the pause when there is not', async () => {
    const collector = await collect((res) => res.writeHead(503, { 'retry-after': '3600' }).end());
    expect(await connect(collector.url).send('{}')).toEqual({ sent: false, reason: 'status 503', pauseMs: 60_000 });
  });

  test('nobody there: tried again, then dropped', async () => {
    const gone = await startCollector();
    await gone.close();
    const sending = connect(gone.url, { timeoutMs: 2000 }).send('{}');
    let result: unknown;
    void sending.then((outcome) => (result = outcome));
    await advanceUntil(() => result !== undefined);
    expect(result).toEqual({ sent: false, reason: 'ECONNREFUSED', pauseMs: 0 });
  });

  test('one that takes and never answers is cut off when the time is over', async () => {
    const collector = await collect(() => undefined);
    const sending = connect(collector.url, { timeoutMs: 5000 }).send('{}');
    await until(() => collector.requests.length === 1);
    await clock.advance(5000);
    expect(await sending).toEqual({ sent: false, reason: 'no answer in time', pauseMs: 0 });
    await until(() => collector.open === 0);
  });

  test('an answer that never ends counts by its status, and is cut off', async () => {
    const collector = await collect((res) => res.writeHead(200).write('{'));
    const sending = connect(collector.url, { timeoutMs: 5000 }).send('{}');
    await until(() => collector.requests.length === 1);
    await advanceUntil(() => collector.open === 0);
    expect(await sending).toEqual({ sent: true });
  });

  test('a large answer is cut off', async () => {
    const collector = await collect((res) => {
      res.on('error', () => undefined);
      const more = (): void => {
        while (!res.destroyed && res.write('x'.repeat(65_536)));
        res.once('drain', more);
      };
      more();
    });
    expect(await connect(collector.url).send('{}')).toEqual({ sent: true });
    await until(() => collector.open === 0);
  });

  test('something that does not speak HTTP is a failure like others', async () => {
    const server = createTcpServer((socket: Socket) => {
      socket.on('error', () => undefined).resume();
      socket.end('SSH-2.0-nope\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as AddressInfo;
    let result: { sent: boolean; reason?: string } | undefined;
    void connect(`http://127.0.0.1:${port}`, { timeoutMs: 1000 })
      .send('{}')
      .then((outcome) => (result = outcome));
    await advanceUntil(() => result !== undefined);
    expect(result?.sent).toBe(false);
  });

  test('one that answers before it has read everything, and hangs up, does not bring the process down', async () => {
    const server = createTcpServer((socket: Socket) => {
      socket.on('error', () => undefined).pause();
      socket.end('HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n', () => socket.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as AddressInfo;
    const client = connect(`http://127.0.0.1:${port}`, { timeoutMs: 1 });
    for (let i = 0; i < 3; i += 1) {
      expect(await client.send('x'.repeat(8_000_000))).toMatchObject({ sent: false });
      for (let turn = 0; turn < 20; turn += 1) await settle();
    }
  });

  test('a kept connection that the collector closed is replaced', async () => {
    const collector = await collect((res) => res.writeHead(200, { connection: 'close' }).end());
    const client = connect(collector.url);
    expect(await client.send('{}')).toEqual({ sent: true });
    expect(await client.send('{}')).toEqual({ sent: true });
    expect(collector.connections).toBe(2);
  });

  test('hurried: what waits is tried at once, and once', async () => {
    const collector = await collect((res) => res.writeHead(503).end());
    const client = connect(collector.url);
    const timers = jest.spyOn(clock, 'after');
    const sending = client.send('{}');
    await until(() => timers.mock.calls.length === 2);
    timers.mockRestore();
    expect(collector.requests).toHaveLength(1);
    client.hurry();
    expect(await sending).toEqual({ sent: false, reason: 'status 503', pauseMs: 0 });
    expect(collector.requests).toHaveLength(2);
  });

  test('closed: what is under way ends at once, nothing stays open, nothing more is sent', async () => {
    const collector = await collect(() => undefined);
    const client = connect(collector.url);
    const sending = client.send('{}');
    await until(() => collector.requests.length === 1);
    client.close();
    expect(await sending).toMatchObject({ sent: false });
    await until(() => collector.open === 0);
    expect(await client.send('{}')).toEqual({ sent: false, reason: 'closed', pauseMs: 0 });
    expect(collector.requests).toHaveLength(1);
  });

  test('speaks TLS to https: checks the certificate by the given authority, and shows its own', async () => {
    const [collectorPair, clientPair] = [selfSigned('collector'), selfSigned('client')];
    const seen: unknown[] = [];
    const server = createHttpsServer({ ...collectorPair, ca: clientPair.cert, requestCert: true }, (req, res) => {
      seen.push((req.socket as TLSSocket).getPeerCertificate().subject?.CN);
      req.resume().once('end', () => res.end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise((resolve) => server.close(resolve)));
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
    const known = connect(url, { tls: { ca: collectorPair.cert, ...clientPair } });
    expect(await known.send('{}')).toEqual({ sent: true });
    known.close();
    let result: unknown;
    void connect(url, { tls: {}, timeoutMs: 100 })
      .send('{}')
      .then((outcome) => (result = outcome));
    await advanceUntil(() => result !== undefined);
    expect(result).toEqual({ sent: false, reason: 'DEPTH_ZERO_SELF_SIGNED_CERT', pauseMs: 0 });
    expect(seen).toEqual(['client']);
  });

  test('constructing opens nothing', async () => {
    const server: Server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise((resolve) => server.close(resolve)));
    let connections = 0;
    server.on('connection', () => (connections += 1));
    new CollectorClient(targetOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), clock);
    await clock.advance(0);
    expect([connections, clock.timers]).toEqual([0, 0]);
  });

  /** Moves time in small steps and lets the network do its work between them. */
  async function advanceUntil(isSo: () => boolean): Promise<void> {
    const end = performance.now() + 5000;
    while (!isSo()) {
      if (performance.now() > end) throw new Error('it did not come about');
      await clock.advance(1);
    }
  }
});
