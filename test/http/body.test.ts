import express from 'express';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { type HttpOptions } from '../../src/http';
import { RawClient, rawExchange } from '../support/raw-http';
import { gate, problemIn, start, stopAll, type Running } from './support/running';

afterEach(stopAll);

const echo = (options: HttpOptions = {}): Promise<Running> =>
  start(
    (app) =>
      app.all('/{*path}', (req, res) => {
        const body = Buffer.isBuffer(req.body) ? { buffer: req.body.toString('latin1') } : (req.body as unknown);
        res.json({ body: body ?? 'none' });
      }),
    { options },
  );

const post = (
  url: string,
  body: string | Buffer,
  type?: string,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    body,
    headers: { ...(type === undefined ? {} : { 'content-type': type }), ...headers },
  });

const json = 'application/json';

test.each([
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset="UTF-8"',
  'APPLICATION/JSON ; charset=utf8',
  'application/merge-patch+json',
  'application/vnd.acme.order-v2+json; a=b',
])('%s is read', async (type) => {
  const { url } = await echo();
  expect(await (await post(url, '{"a":"ä"}', type)).json()).toEqual({ body: { a: 'ä' } });
});

test.each([
  ['text/plain', "has 'text/plain'"],
  ['application/x-www-form-urlencoded', 'urlencoded'],
  ['application/jsonp', 'jsonp'],
  ['application/json-seq', 'json-seq'],
  ['application/xml+jsonx', 'jsonx'],
  ['nonsense', 'nonsense'],
  ['application/json; charset=latin1', 'UTF-8 only'],
  ['application/json; charset=utf-16', 'UTF-8 only'],
  ['application/json; charset=nonsense', 'UTF-8 only'],
])('%s is refused', async (type, detail) => {
  const { url } = await echo();
  const problem = await problemIn(await post(url, '{}', type));
  expect(problem).toMatchObject({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE', accepts: [json] });
  expect(problem.detail).toContain(detail);
});

test('a body that does not say what it is, is refused', async () => {
  const { port } = await echo();
  const [answer] = await rawExchange(
    port,
    'POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}',
  );
  expect(JSON.parse(answer?.body ?? '')).toMatchObject({ status: 415 });
});

test.each(['GET', 'POST', 'DELETE'])('a %s without a body is let through', async (method) => {
  const { url } = await echo();
  expect(await (await fetch(url, { method })).json()).toEqual({ body: 'none' });
});

test('an empty body of unknown length is an empty object, as express has it', async () => {
  const { port } = await echo();
  const head = 'POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n';
  expect(
    await rawExchange(port, `${head}Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`),
  ).toMatchObject([{ status: 200, body: '{"body":{}}' }]);
});

test.each(['{', '{"a":}', 'nul', '[1,]', '"text"', '{"a":"\n"}', '\ufeff', '{"a":1}trailing', '<xml/>'])(
  'malformed JSON %p is a 400',
  async (text) => {
    const { url, log } = await echo();
    expect(await problemIn(await post(url, text, json))).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
    expect(log.lines).toEqual([]);
  },
);

test('a byte order mark is passed over', async () => {
  const { url } = await echo();
  expect(await (await post(url, '\ufeff{"a":1}', json)).json()).toEqual({ body: { a: 1 } });
});

test.each(['{"__proto__":{"admin":true}}', '{"a":{"\\u005f_proto__":1}}', '{"__\\u0070roto__":1}'])(
  'a body with the member of %s is refused, the text alone is not',
  async (text) => {
    const { url } = await echo();
    expect(await problemIn(await post(url, text, json))).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
    expect((await post(url, JSON.stringify({ said: text }), json)).status).toBe(200);
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
  },
);

describe('a body that is too large', () => {
  test('is refused by its announced length, before it is read', async () => {
    const { port, line } = await echo();
    const client = await RawClient.open(port);
    client.send(`POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n`);
    await client.until('"code":"PAYLOAD_TOO_LARGE"');
    expect(client.received).toMatch(/^HTTP\/1\.1 413 /);
    expect(client.received).toMatch(/Connection: close/i);
    expect(client.received).toContain('"limit":102400');
    client.destroy();
    expect(await line()).toMatchObject({ status: 413 });
  });

  test('is refused when it is over the limit, and no more than a megabyte beyond is read', async () => {
    let read: () => number = () => 0;
    const { port } = await start((app) =>
      app.use((req, _res, next) => {
        const { socket } = req;
        read = () => socket.bytesRead;
        next();
      }),
    );
    const client = await RawClient.open(port);
    client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n');
    const chunk = `${(65_536).toString(16)}\r\n${'x'.repeat(65_536)}\r\n`;
    let sent = 0;
    // As much as the other side takes: a gigabyte if it were let.
    const pump = (): void => {
      while (!client.socket.destroyed && client.socket.writable && sent < 1e9) {
        sent += chunk.length;
        if (!client.socket.write(chunk)) return void client.socket.once('drain', pump);
      }
    };
    pump();
    await client.until('"code":"PAYLOAD_TOO_LARGE"');
    await client.closed;
    expect(client.received).toMatch(/^HTTP\/1\.1 413 /);
    expect(client.received.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(sent).toBeLessThan(20e6);
    expect(read()).toBeLessThan(102_400 + 1_048_576);
  });

  test('is refused at the limit exactly, in the unit of bytes', async () => {
    const { url } = await echo({ bodyLimit: 20 });
    const text = (size: number): string => JSON.stringify({ a: 'x'.repeat(size - 8) });
    expect((await post(url, text(20), json)).status).toBe(200);
    expect((await post(url, text(21), json)).status).toBe(413);
    expect((await post(url, JSON.stringify({ a: 'ä'.repeat(7) }), json)).status).toBe(413);
  });

  test('takes its connection with it, whoever answers', async () => {
    const { port } = await start((app) => {
      app.post('/', () => undefined);
      app.use(
        (_error: unknown, _req: unknown, res: express.Response, _next: unknown) => void res.status(400).send('own'),
      );
    });
    const [answer, ...more] = await rawExchange(
      port,
      `POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2000000\r\n\r\n${'GET / HTTP/1.1\r\n\r\n'.repeat(10)}`,
    );
    expect(answer).toMatchObject({ status: 400, headers: { connection: 'close' }, body: 'own' });
    expect(more).toEqual([]);
  });
});

describe('a compressed body', () => {
  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['GZIP', gzipSync],
  ] as const)('in %s is read', async (encoding, compress) => {
    const { url } = await echo();
    const answer = await post(url, compress('{"a":1}'), json, { 'content-encoding': encoding });
    expect(await answer.json()).toEqual({ body: { a: 1 } });
  });

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('in %s that unfolds without end is refused at little cost', async (encoding, compress) => {
    const { url } = await echo({ bodyLimit: 10_240 });
    const bomb = compress(Buffer.alloc(8_000_000, 0x20));
    expect(bomb.length).toBeLessThan(10_240);
    const before = process.memoryUsage().arrayBuffers;
    const answer = await post(url, bomb, json, { 'content-encoding': encoding });
    expect(await problemIn(answer)).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4_000_000);
  });

  test.each([
    ['gzip', Buffer.from('{"a":1}')],
    ['gzip', gzipSync('{"a":1}').subarray(0, 15)],
    ['br', Buffer.from('nonsense')],
    ['deflate', Buffer.from('nonsense')],
  ])('in broken %s is a 400', async (encoding, bytes) => {
    const { url } = await echo();
    const problem = await problemIn(await post(url, bytes, json, { 'content-encoding': encoding }));
    expect(problem).toMatchObject({
      status: 400,
      code: 'BAD_REQUEST',
      detail: `The body is not well-formed ${encoding}.`,
    });
  });

  test.each(['compress', 'gzip, gzip', 'zstd', ' '])('in %p is refused', async (encoding) => {
    const { url } = await echo();
    const problem = await problemIn(await post(url, '{}', json, { 'content-encoding': encoding }));
    expect(problem).toMatchObject({ status: 415, acceptsEncodings: ['gzip', 'deflate', 'br'] });
  });
});

describe('rawBody', () => {
  const options = { rawBody: ['/hook', '/hooks/*'] };

  test.each(['/hook', '/HOOK', '/hook/', '/hooks/a', '/Hooks/a/b', '/hook?x=1'])('%s keeps the bytes', async (path) => {
    const { url } = await echo(options);
    for (const type of [json, 'text/plain', undefined]) {
      expect(await (await post(url + path, Buffer.from('{ "a":1}\xff', 'latin1'), type)).json()).toEqual({
        body: { buffer: '{ "a":1}\xff' },
      });
    }
  });

  test.each(['/hooks', '/hook/a', '/other'])('%s is read as everywhere', async (path) => {
    const { url } = await echo(options);
    expect(await (await post(url + path, '{"a":1}', json)).json()).toEqual({ body: { a: 1 } });
  });

  test('has the same limit', async () => {
    const { url } = await echo({ ...options, bodyLimit: 10 });
    expect((await post(`${url}/hook`, 'x'.repeat(11), 'text/plain')).status).toBe(413);
  });
});

describe('bodyTypes', () => {
  test('are left to a parser of the service’s own', async () => {
    const { url } = await start(
      (app) => {
        app.use(express.urlencoded());
        app.post('/', (req, res) => void res.json(req.body));
      },
      { options: { bodyTypes: ['Application/X-WWW-Form-Urlencoded'] } },
    );
    const answer = await post(url, 'a=1&b=2', 'application/x-www-form-urlencoded;charset=utf-8');
    expect(await answer.json()).toEqual({ a: '1', b: '2' });
    expect((await post(url, 'x', 'text/plain')).status).toBe(415);
  });
});

test('a body that somebody has read before is left alone', async () => {
  const { url } = await start((app) => {
    const router = express.Router();
    router.post('/', (req, res) => void res.json(req.body));
    app.use(express.json(), router); // a service that brings the parser it is used to
  });
  expect(await (await post(url, '{"a":1}', json)).json()).toEqual({ a: 1 });
});

test('a body that never comes to its end ends with its client', async () => {
  const called = gate();
  const { port, line, log } = await start((app) => app.post('/', () => undefined));
  const client = await RawClient.open(port);
  client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{');
  setImmediate(called.open);
  await called.promise;
  client.socket.resetAndDestroy();
  expect(await line()).toMatchObject({ status: 499, aborted: true });
  expect(log.messages('error')).toEqual([]);
});
