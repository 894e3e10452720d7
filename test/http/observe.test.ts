import { type Response as Reply } from 'express';
import { rawExchange } from '../support/raw-http';
import { RecordingTracing } from '../support/recording';
import { start, stopAll } from './support/running';

afterEach(stopAll);

test('a request at its end is one observation, one access line and one ended span', async () => {
  const running = await start((app) => app.post('/orders/:id', (req, res) => void res.status(201).json(req.body)));
  const answer = await fetch(`${running.url}/orders/7?token=secret`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'a test', 'x-request-id': 'r-1' },
    body: '{"a":"ä"}',
  });
  await answer.text();
  const { durationMs, ...line } = await running.line('r-1');
  const [span] = running.tracing.spans;
  expect(line).toEqual({
    method: 'POST',
    path: '/orders/7',
    route: '/orders/:id',
    status: 201,
    bytes: 10,
    aborted: false,
    requestId: 'r-1',
    traceId: span?.traceId,
    spanId: span?.spanId,
  });
  expect(durationMs).toBeGreaterThan(0);
  expect(running.meter.observed).toEqual([
    {
      labels: { http_request_method: 'POST', http_route: '/orders/:id', http_response_status_code: 201 },
      value: durationMs / 1_000,
      traced: true,
    },
  ]);
  expect(span).toMatchObject({
    name: 'POST /orders/:id',
    ended: 1,
    failed: undefined,
    attributes: {
      'http.request.method': 'POST',
      'http.route': '/orders/:id',
      'url.path': '/orders/7',
      'url.scheme': 'http',
      'http.response.status_code': 201,
      'network.protocol.version': '1.1',
      'server.address': '127.0.0.1',
      'server.port': running.port,
      'user_agent.original': 'a test',
      'client.address': '127.0.0.1',
    },
  });
});

test('a failure fails the span, with the status as its type', async () => {
  const { url, tracing, line } = await start((app) =>
    app.get('/', () => {
      throw new Error('no');
    }),
  );
  await fetch(url);
  await line();
  expect(tracing.spans[0]).toMatchObject({ name: 'GET /', failed: '500' });
  await fetch(`${url}/none`);
  expect(tracing.spans[1]).toMatchObject({ name: 'GET', failed: undefined });
  expect(tracing.spans[1]?.attributes).not.toHaveProperty('http.route');
});

test('nothing is worked out for a span that nobody will see', async () => {
  const tracing = new RecordingTracing();
  tracing.recording = false;
  const running = await start((app) => app.get('/', (_req, res) => void res.end()), { tracing });
  await fetch(running.url);
  await running.line();
  expect(tracing.spans[0]).toMatchObject({ ended: 1, attributes: {}, name: 'GET' });
  expect(running.meter.observed[0]?.traced).toBe(false);
});

test('methods that nobody knows share a label, and stay themselves in the log', async () => {
  const { port, line, meter, tracing } = await start((app) => app.all('/', (_req, res) => void res.end()));
  await rawExchange(port, 'PROPFIND / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  expect(await line()).toMatchObject({ method: 'PROPFIND', route: '/' });
  expect(meter.observed[0]?.labels['http_request_method']).toBe('_OTHER');
  expect(tracing.spans[0]?.attributes).toMatchObject({
    'http.request.method': '_OTHER',
    'http.request.method_original': 'PROPFIND',
  });
});

test.each([
  ['example.org', 'example.org', undefined],
  ['example.org:8080', 'example.org', 8_080],
  ['[::1]:3000', '[::1]', 3_000],
  ['[::1]', '[::1]', undefined],
  ['a:b:c', undefined, undefined],
  ['x:123456', undefined, undefined],
])('the host %p is the server %p at port %p', async (host, address, port) => {
  const running = await start((app) => app.get('/', (_req, res) => void res.end()));
  await rawExchange(running.port, `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  await running.line();
  const attributes = running.tracing.spans[0]?.attributes;
  expect([attributes?.['server.address'], attributes?.['server.port']]).toEqual([address, port]);
});

test('a request of HTTP/1.0 may name no host at all', async () => {
  const running = await start((app) => app.get('/', (_req, res) => void res.end()));
  await rawExchange(running.port, 'GET / HTTP/1.0\r\n\r\n');
  await running.line();
  expect(running.tracing.spans[0]?.attributes).toMatchObject({ 'network.protocol.version': '1.0' });
  expect(running.tracing.spans[0]?.attributes).not.toHaveProperty('server.address');
});

test('the series are looked up once per method, route and status', async () => {
  const { url, meter } = await start((app) =>
    app.get('/:status', (req, res) => void res.status(Number(req.params.status)).end()),
  );
  for (const path of ['/200', '/200', '/404', '/404', '/200']) await fetch(url + path);
  await fetch(`${url}/200`, { method: 'HEAD' });
  while (meter.observed.length < 6) await new Promise((resolve) => setImmediate(resolve));
  expect(meter.lookups).toBe(3);
});

test.each<[string, number, (res: Reply) => unknown]>([
  ['text', 3, (res) => res.end('ä.')],
  ['text in another encoding', 2, (res) => res.end('ä.', 'latin1')],
  ['base64', 3, (res) => res.end('YWJj', 'base64')],
  ['a buffer', 4, (res) => res.end(Buffer.from('abcd'))],
  [
    'pieces',
    6,
    (res) => {
      res.write('ab');
      res.write(Buffer.from('cd'));
      res.end('ef');
    },
  ],
  ['nothing', 0, (res) => res.end()],
  ['nothing, with a callback', 0, (res) => res.end(() => undefined)],
])('the bytes of %s are counted: %p', async (_what, bytes, answer) => {
  const { url, line } = await start((app) => app.get('/', (_req, res) => void answer(res)));
  expect((await (await fetch(url)).arrayBuffer()).byteLength).toBe(bytes);
  expect(await line()).toMatchObject({ bytes });
});

test('without an access log nothing is written', async () => {
  const { url, meter } = await start((app) => app.get('/', (_req, res) => void res.end()), {
    accessLog: undefined,
  } as never);
  await fetch(url);
  while (meter.observed.length < 1) await new Promise((resolve) => setImmediate(resolve));
});

test('over an encrypted connection the scheme is https', async () => {
  const { url, line, tracing } = await start((app) =>
    app.get('/', (req, res) => {
      Object.assign(req.socket, { encrypted: true });
      res.end();
    }),
  );
  await fetch(url);
  await line();
  expect(tracing.spans[0]?.attributes['url.scheme']).toBe('https');
});
