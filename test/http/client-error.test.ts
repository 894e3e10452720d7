import { EventEmitter } from 'node:events';
import { type Socket } from 'node:net';
import { ClientErrors } from '../../src/http/client-error';
import { RawClient, rawExchange } from '../support/raw-http';
import { gate, start, stopAll } from './support/running';

afterEach(stopAll);

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const reasonOf = ({ labels }: { labels: unknown }): unknown => (labels as { reason: string }).reason;

describe('what is not HTTP is answered with a problem and the connection closed', () => {
  test.each([
    ['garbage', 'hello\r\n\r\n', 400],
    ['NUL bytes', `GET / HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n`, 400],
    ['NUL bytes in the target', 'GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['a bare line feed in a header', 'GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n', 400],
    ['a space before the colon', 'GET / HTTP/1.1\r\nHost : x\r\n\r\n', 400],
    ['an unknown version', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n', 400],
    ['an unknown method', 'NONSENSE / HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['a bad Content-Length', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n', 400],
    ['a Content-Length that is no number', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1e3\r\n\r\n', 400],
    ['two Content-Lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 400],
    [
      'both Content-Length and Transfer-Encoding (smuggling)',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['a head that is too large', `GET / HTTP/1.1\r\nHost: x\r\nA: ${'b'.repeat(17_000)}\r\n\r\n`, 431],
    ['a target that is too long', `GET /${'a'.repeat(17_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
    ['a head far too large', `GET / HTTP/1.1\r\nHost: x\r\n${'A: b\r\n'.repeat(50_000)}\r\n`, 431],
    ['CONNECT', 'CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n', 400],
  ])('%s', async (_what, bytes, status) => {
    const handler = jest.fn();
    const { port, meter, http, url } = await start((app) => {
      app.post('/', handler);
      app.get('/well', (_req, res) => void res.end());
    });
    const answers = await rawExchange(port, bytes);
    expect(answers).toHaveLength(1);
    const [answer] = answers;
    expect(answer).toMatchObject({
      status,
      headers: { connection: 'close', 'content-type': 'application/problem+json' },
    });
    expect(answer?.headers['x-request-id']).toMatch(uuid);
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({
      status,
      code: status === 431 ? 'HEADERS_TOO_LARGE' : 'BAD_REQUEST',
      requestId: answer?.headers['x-request-id'],
    });
    expect(meter.counted).toEqual([
      {
        name: 'keelson_http_connection_errors_total',
        labels: { reason: status === 431 ? 'headers_too_large' : 'bad_request' },
      },
    ]);
    expect(handler).not.toHaveBeenCalled();
    expect(http.inFlight).toBe(0);
    expect((await fetch(`${url}/well`)).status).toBe(200);
  });

  test('lines that end with a bare line feed never become a request', async () => {
    const { port } = await start((app) => app.get('/', (_req, res) => void res.end()));
    const [answer] = await rawExchange(port, 'GET / HTTP/1.1\nHost: x\n\n');
    expect(answer?.status).toBe(400);
  });

  test('chunk extensions without end', async () => {
    const { port } = await start((app) => app.post('/', () => undefined));
    const head = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
    const [answer] = await rawExchange(port, `${head}1;${'a'.repeat(20_000)}\r\n1\r\n0\r\n\r\n`);
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
  });
});

describe('in the middle of a request', () => {
  const broken =
    'POST / HTTP/1.1\r\nHost: x\r\nX-Request-Id: r-1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n';

  test('it is answered as that request, and accounted for', async () => {
    const handler = jest.fn();
    const { port, line, log } = await start((app) => app.post('/', handler));
    const [answer, ...more] = await rawExchange(port, broken);
    expect(more).toEqual([]);
    expect(answer).toMatchObject({ status: 400, headers: { 'x-request-id': 'r-1', connection: 'close' } });
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({ code: 'BAD_REQUEST', instance: '/', requestId: 'r-1' });
    expect(await line('r-1')).toMatchObject({ status: 400, aborted: false });
    expect(handler).not.toHaveBeenCalled();
    expect(log.messages('error')).toEqual([]);
  });

  test('and of its answer, nothing is mixed into that', async () => {
    const { port, meter } = await start(
      (app) =>
        app.post('/', (req, res) => {
          res.type('text').write('begun');
          req.resume();
        }),
      { options: { bodyTypes: ['text/plain'] } },
    );
    const client = await RawClient.open(port);
    client.send(
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n',
    );
    await client.until('begun');
    await client.send('zz\r\n').closed;
    expect(client.received.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(meter.counted.map(reasonOf)).toEqual(['bad_request']);
  });

  test('a client that breaks off is no error', async () => {
    const { port, line, meter, log } = await start((app) => app.post('/', () => undefined));
    const client = await RawClient.open(port);
    client.socket.end('POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{');
    expect(await line()).toMatchObject({ status: 499, aborted: true });
    await client.closed;
    expect(meter.counted.map(reasonOf)).toEqual(['reset']);
    expect(log.messages('error')).toEqual([]);
  });

  test('of an operation', async () => {
    const { port } = await start(undefined, {
      managementToken: 't',
      operations: [
        { method: 'POST', path: '/loggers', handle: async ({ body }) => ({ status: 200, body: await body() }) },
      ],
    });
    const [answer, ...more] = await rawExchange(port, broken.replace('POST /', 'POST /loggers'));
    expect(more).toEqual([]);
    expect(answer).toMatchObject({ status: 400, headers: { 'x-request-id': 'r-1' } });
  });
});

describe('garbage behind a sound request', () => {
  test('does not cost that request its answer', async () => {
    const [called, go] = [gate(), gate()];
    const { port, line } = await start((app) =>
      app.get('/', async (_req, res) => {
        called.open();
        await go.promise;
        res.send('sound');
      }),
    );
    const client = await RawClient.open(port);
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\nNONSENSE\r\n\r\n');
    await called.promise;
    client.send('more of it');
    setImmediate(go.open);
    expect(await client.rest()).toMatchObject([{ status: 200, headers: { connection: 'close' }, body: 'sound' }]);
    expect(await line()).toMatchObject({ status: 200, aborted: false });
  });

  test('ends the connection after an answer that had begun', async () => {
    const go = gate();
    const { port, meter } = await start((app) =>
      app.get('/', async (_req, res) => {
        res.write('be');
        await go.promise;
        res.end('gun');
      }),
    );
    const client = await RawClient.open(port);
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await client.until('be');
    client.send('NONSENSE\r\n\r\n');
    while (meter.counted.length === 0) await new Promise((resolve) => setImmediate(resolve));
    go.open();
    await client.closed;
    expect(client.received).toContain('gun');
  });
});

describe('the answer’s way out', () => {
  const socketOf = (more: object = {}): Socket =>
    Object.assign(new EventEmitter(), {
      writable: true,
      bytesRead: 0,
      end: jest.fn(),
      destroy: jest.fn(),
      ...more,
    }) as unknown as Socket;
  const parseError = Object.assign(new Error('Parse Error'), { code: 'HPE_INVALID_METHOD' });

  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test('is kept open for a second, so that the client can read it', () => {
    const socket = socketOf();
    expect(new ClientErrors().answer(parseError, socket)).toBe('bad_request');
    expect(socket.end).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(999);
    expect(socket.destroy).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(socket.destroy).toHaveBeenCalledTimes(1);
  });

  test('needs no timer once it is closed', () => {
    const socket = socketOf();
    new ClientErrors().answer(parseError, socket);
    socket.emit('close');
    expect(jest.getTimerCount()).toBe(0);
  });

  test('is not kept open for a flood', () => {
    const errors = new ClientErrors();
    const socket = socketOf();
    errors.answer(parseError, socket);
    Object.assign(socket, { bytesRead: 512 * 1024 });
    expect(errors.answer(parseError, socket)).toBeUndefined();
    expect(socket.destroy).not.toHaveBeenCalled();
    Object.assign(socket, { bytesRead: 512 * 1024 + 1 });
    expect(errors.answer(parseError, socket)).toBeUndefined();
    expect(socket.destroy).toHaveBeenCalledTimes(1);
    expect(socket.end).toHaveBeenCalledTimes(1);
  });

  test.each([
    ['was reset', Object.assign(new Error('read'), { code: 'ECONNRESET' }), {}],
    ['can take nothing', parseError, { writable: false }],
    ['fails without a code', new Error('strange'), { writable: false }],
  ])('is not tried where the connection %s', (_what, error, state) => {
    const socket = socketOf(state);
    expect(new ClientErrors().answer(error, socket)).toBe('reset');
    expect(socket.destroy).toHaveBeenCalledTimes(1);
    expect(socket.end).not.toHaveBeenCalled();
  });

  test('says when it took too long', () => {
    const socket = socketOf();
    const error = Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    expect(new ClientErrors().answer(error, socket)).toBe('request_timeout');
    expect(jest.mocked(socket.end).mock.calls[0]?.[0]).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  });

  test('says and counts nothing where the request was answered for its slowness before', () => {
    const socket = socketOf();
    Object.assign(socket, { _httpMessage: { exchange: { overruled: true }, req: { complete: false } } });
    const error = Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    expect(new ClientErrors().answer(error, socket)).toBeUndefined();
    expect(socket.destroy).toHaveBeenCalledTimes(1);
    expect(socket.end).not.toHaveBeenCalled();
  });

  test.each([
    ['an answer that is whole is not taken back', 'GET', 4, true],
    ['nor one to HEAD', 'HEAD', 0, true],
    ['half an answer is broken off', 'GET', 3, false],
  ])('%s, when the body of its request turns out to be broken', (_what, method, bodyBytes, kept) => {
    const socket = socketOf();
    const res = { headersSent: true, bodyBytes, req: { complete: false, method }, getHeader: () => 4 };
    Object.assign(socket, { _httpMessage: res });
    expect(new ClientErrors().answer(parseError, socket)).toBe('bad_request');
    expect([jest.mocked(socket.end).mock.calls.length, jest.mocked(socket.destroy).mock.calls.length]).toEqual(
      kept ? [1, 0] : [0, 1],
    );
  });
});
