import nodeHttp, { type Server } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { httpDefaults, resolveHttpOptions, type HttpOptions } from '../../src/http';
import { HttpServer } from '../../src/http/server';
import { FakeClock } from '../support/fake-clock';
import { RawClient } from '../support/raw-http';
import { RecordingLogger } from '../support/recording';

interface Made {
  readonly server: HttpServer;
  /** The server of node:http within. */
  readonly inner: Server;
  readonly reasons: string[];
  readonly log: RecordingLogger;
  readonly clock: FakeClock;
}

const made: HttpServer[] = [];

function make(options: HttpOptions = {}, listener: nodeHttp.RequestListener = (_req, res) => void res.end()): Made {
  const spy = jest.spyOn(nodeHttp, 'createServer');
  const [reasons, log, clock]: [string[], RecordingLogger, FakeClock] = [[], new RecordingLogger(), new FakeClock()];
  const resolved = resolveHttpOptions({ host: '127.0.0.1', port: 0, ...options });
  const server = new HttpServer({
    options: resolved,
    setting: 'http.port (PORT)',
    port: resolved.port,
    listener,
    clock,
    log,
    onConnectionError: (reason) => reasons.push(reason),
  });
  const inner = spy.mock.results[0]?.value as Server;
  spy.mockRestore();
  made.push(server);
  return { server, inner, reasons, log, clock };
}

afterEach(async () => {
  for (const server of made.splice(0)) await server.close(AbortSignal.abort());
});

describe('the limits against slow and hostile clients', () => {
  test('stand on the server', () => {
    const { inner } = make();
    expect(inner).toMatchObject({
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 65_000,
      maxHeaderSize: 16_384,
      maxHeadersCount: 201,
      connectionsCheckingInterval: 250,
      timeout: 0,
      httpAllowHalfOpen: true,
    });
    expect(inner.headersTimeout).toBe(httpDefaults.headersTimeoutMs);
  });

  test('follow the options', () => {
    const { inner } = make({
      headersTimeoutMs: 2_000,
      requestTimeoutMs: 3_000,
      keepAliveTimeoutMs: 4_000,
      maxHeaderBytes: 2_048,
      maxHeaderFields: 7,
    });
    expect(inner).toMatchObject({
      headersTimeout: 2_000,
      requestTimeout: 3_000,
      keepAliveTimeout: 4_000,
      maxHeaderSize: 2_048,
      maxHeadersCount: 8,
    });
  });

  test('have effect: a head or a body that does not come is a 408', async () => {
    const { server, reasons } = make({ headersTimeoutMs: 1_000, requestTimeoutMs: 1_000 }, () => undefined);
    const port = await server.listen();
    const clients = await Promise.all([RawClient.open(port), RawClient.open(port), RawClient.open(port)]);
    clients[0]?.send('GET / HTTP/1.1\r\nHos');
    clients[1]?.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc');
    const [head, body, silent] = await Promise.all(clients.map((client) => client.rest()));
    expect(head).toMatchObject([{ status: 408, headers: { connection: 'close' } }]);
    expect(body).toMatchObject([{ status: 408, headers: { connection: 'close' } }]);
    expect(silent).toMatchObject([{ status: 408 }]);
    expect(reasons).toEqual(['request_timeout', 'request_timeout', 'request_timeout']);
  }, 10_000);
});

describe('listen', () => {
  test('gives the port', async () => {
    const { server, inner } = make();
    expect(await server.listen()).toBe((inner.address() as AddressInfo).port);
  });

  test('takes every address by default, IPv4 included', async () => {
    const { server, inner } = make({ host: '::' });
    const listen = jest.spyOn(inner, 'listen');
    const port = await server.listen();
    // With no host node itself falls back to 0.0.0.0 where the machine has no IPv6.
    expect(listen.mock.calls[0]?.[0]).toEqual({ port: 0 });
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
  });

  test('a port in use is said, with what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(make({ port }).server.listen()).rejects.toMatchObject({
      code: 'START_FAILED',
      message: `Port ${port} is already in use. Stop the program that has it, or choose another port by http.port (PORT).`,
      cause: { code: 'EADDRINUSE' },
    });
    other.close();
    await once(other, 'close');
  });

  test.each([
    ['192.0.2.1', 'is not one of this machine'],
    ['no.such.host.invalid', 'host no.such.host.invalid'],
  ])('an address such as %s is said, with what to do', async (host, message) => {
    await expect(make({ host }).server.listen()).rejects.toMatchObject({
      code: 'START_FAILED',
      message: expect.stringContaining(message),
    });
    await expect(make({ host }).server.listen()).rejects.toThrow('http.host (HTTP_HOST)');
  });

  test('a server that is closed before it listens does not', async () => {
    const early = make();
    await early.server.close(new AbortController().signal);
    await expect(early.server.listen()).rejects.toMatchObject({ code: 'STOPPED' });
    const meanwhile = make();
    const listening = expect(meanwhile.server.listen()).rejects.toMatchObject({ code: 'STOPPED' });
    await meanwhile.server.close(new AbortController().signal);
    await listening;
    expect([early.inner.listening, meanwhile.inner.listening]).toEqual([false, false]);
  });
});

describe('trouble', () => {
  test('connections that cannot be accepted are counted, logged now and then, and harm nobody', async () => {
    const { server, inner, reasons, log, clock } = make();
    const port = await server.listen();
    const error = Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' });
    for (let i = 0; i < 3; i += 1) inner.emit('error', error);
    expect(reasons).toEqual(['accept', 'accept', 'accept']);
    expect(log.lines).toEqual([
      { level: 'error', message: 'a connection could not be accepted', fields: { err: error } },
    ]);
    await clock.advance(10_000);
    inner.emit('error', error);
    expect(log.lines).toHaveLength(2);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
  });

  test('a client that does not read is cut, and counted', async () => {
    const size = 20_000_000;
    const { server, reasons } = make({}, (req, res) => {
      req.socket.setTimeout(20);
      res.end('x'.repeat(size));
    });
    const client = await RawClient.open(await server.listen());
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await client.until('200 OK');
    client.socket.pause();
    while (reasons.length === 0) await new Promise((resolve) => setImmediate(resolve));
    client.socket.resume();
    await client.closed;
    expect(reasons).toEqual(['write_stall']);
    expect(client.received.length).toBeLessThan(size);
  });

  test('a connection that is idle for too long is closed without a word', async () => {
    const { server, inner, reasons } = make();
    const client = await RawClient.open(await server.listen());
    inner.once('request', (req: nodeHttp.IncomingMessage, res: nodeHttp.ServerResponse) =>
      res.once('close', () => setImmediate(() => req.socket.setTimeout(1))),
    );
    expect(await client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n').rest()).toMatchObject([{ status: 200 }]);
    expect(reasons).toEqual([]);
  });

  test('CONNECT is refused in the language of everything else, also where the client is gone', async () => {
    const { server, inner, reasons } = make();
    const client = await RawClient.open(await server.listen());
    inner.once('connect', (_req, socket) => socket.emit('error', new Error('gone')));
    expect(await client.send('CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n').rest()).toMatchObject([{ status: 400 }]);
    expect(reasons).toEqual(['bad_request']);
  });
});
