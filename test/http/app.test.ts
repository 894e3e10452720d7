import { execFileSync } from 'node:child_process';
import express, { type Application, type Request, type Response } from 'express';
import { createServer, IncomingMessage, ServerResponse, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { once } from 'node:events';
import { RawClient, rawExchange } from '../support/raw-http';
import { start, stopAll } from './support/running';

/** What a service may do with express, for a plain app and ours alike. */
function routes(app: Application): void {
  app.get('/json', (_req, res) => void res.json({ a: [1, 'ä', null], b: { c: '<&>' } }));
  app.get('/json/empty', (_req, res) => void res.status(201).json(undefined));
  app.get('/text', (_req, res) => void res.send('plain ä'));
  app.get('/buffer', (_req, res) => void res.send(Buffer.from([0, 1, 255])));
  app.get('/empty', (_req, res) => void res.send());
  app.get('/null', (_req, res) => void res.send(null));
  app.get('/number', (_req, res) => void res.send(true));
  app.get('/status/:status', (req, res) => void res.sendStatus(Number(req.params.status)));
  app.get('/bodiless/:status', (req, res) => void res.status(Number(req.params.status)).send('body'));
  app.get('/own-etag', (_req, res) => void res.set('ETag', '"own"').send('x'));
  app.get(
    '/typed',
    (_req, res) => void res.type('text/csv').append('Vary', 'Accept').vary('Origin').links({ next: '/2' }).send('a,b'),
  );
  app.get('/file', (_req, res) => void res.sendFile(join(__dirname, 'path.test.ts'), { lastModified: false }));
  app.get('/file/none', (_req, res, next) => void res.sendFile(join(__dirname, 'none'), next));
  app.get('/download', (_req, res) => void res.download(join(__dirname, 'path.test.ts'), 'ä.ts'));
  app.get('/redirect', (_req, res) => void res.redirect('/json?x=ä'));
  app.get('/redirect/301', (_req, res) => void res.redirect(301, 'https://example.org/<>'));
  app.get(
    '/cookies',
    (_req, res) => void res.cookie('a', { b: 1 }, { httpOnly: true, maxAge: 0 }).clearCookie('c').send('x'),
  );
  app.get('/jsonp', (_req, res) => void res.jsonp({ a: '\u2028' }));
  app.get(
    '/format',
    (_req, res) => void res.format({ text: () => res.send('text'), json: () => res.json({ json: 1 }) }),
  );
  app.get('/chunks', (_req, res) => {
    res.write('one');
    setImmediate(() => res.end('two'));
  });
  app.get('/head', (_req, res) => void res.writeHead(200, 'Quite Fine', { 'x-a': ['1', '2'] }).end('x'));
  app.get(
    '/request/:id',
    (req, res) =>
      void res.json([
        req.ip,
        req.protocol,
        req.secure,
        req.hostname,
        req.path,
        req.params,
        req.query,
        req.xhr,
        req.originalUrl,
        req.baseUrl,
        req.get('A'),
        req.accepts('json'),
        req.is('json'),
        req.fresh,
        req.subdomains,
      ]),
  );
  app.post('/echo', (req, res) => void res.json(req.body));
  app.get('/throws', () => {
    throw new Error('no');
  });
  app.get('/throws/418', () => {
    throw Object.assign(new Error('teapot'), { status: 418, expose: true });
  });
  app.use('/static', express.static(__dirname, { lastModified: false }));
  app.param('tenant', (_req, res, next, value: string) => {
    res.locals['tenant'] = value;
    next();
  });
  app.use(
    '/router',
    express.Router({ mergeParams: true }).get('/:a', (req, res) => void res.json([req.baseUrl, req.url, req.params])),
  );
  app.get('/tenants/:tenant', (_req, res) => void res.json(res.locals));
  const sub = express();
  sub.disable('x-powered-by');
  sub.get('/:a', (req, res) => void res.json([req.app === sub, req.app.mountpath, req.baseUrl, req.params]));
  sub.get('/next/on', (_req, _res, next) => next());
  app.use('/sub', sub);
  app.get('/sub/next/on', (req, res) => void res.json([req.app === app, res.app === app]));
  app.options('/options', (_req, res) => void res.send('own'));
  app
    .route('/many')
    .get((_req, res) => void res.end('get'))
    .put((_req, res) => void res.end('put'));
}

const plainServers: Server[] = [];

async function plain(): Promise<number> {
  const app = express();
  app.disable('x-powered-by');
  app.use(express.json());
  routes(app);
  app.use(
    (error: { status?: number; statusCode?: number }, _req: Request, res: Response, next: (error: unknown) => void) => {
      if (res.headersSent) next(error);
      else res.status(error.status ?? 500).end();
    },
  );
  const server = createServer(app);
  server.keepAliveTimeout = 65_000;
  plainServers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

let ours: number;
let theirs: number;

beforeAll(async () => {
  theirs = await plain();
  ours = (await start(routes)).port;
});

afterAll(async () => {
  for (const server of plainServers) server.close();
  for (const server of plainServers) server.closeAllConnections();
  await stopAll();
});

interface Wire {
  readonly head: string;
  readonly body: string;
  readonly status: number;
  readonly etag: string | undefined;
}

/** One answer, byte for byte; what may differ is made the same. */
async function wire(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body = '',
): Promise<Wire> {
  const fields = { Host: 'example.org', Connection: 'close', ...headers };
  const head = Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  const bytes = Buffer.from(`${method} ${path} HTTP/1.1\r\n${head}\r\n${body}`);
  const { received, status, etag } = await exchange(port, bytes);
  const [lines = '', ...rest] = received.split('\r\n\r\n');
  const same = lines
    .replace(/^Date: .*$/m, 'Date: now')
    .replace(/^ETag: (W\/)?"[^"]*"$/m, (line) =>
      line.includes('"own"') ? line : `ETag: ${line.includes('W/') ? 'weak' : 'strong'}`,
    )
    .replace(/^X-Request-Id: .*\r\n/im, '');
  return { head: same, body: rest.join('\r\n\r\n'), status, etag };
}

async function exchange(
  port: number,
  bytes: Buffer,
): Promise<{ received: string; status: number; etag: string | undefined }> {
  const client = await RawClient.open(port);
  await client.send(bytes).closed;
  return {
    received: client.received,
    status: Number(client.received.slice(9, 12)),
    etag: /^ETag: (.*)\r$/m.exec(client.received)?.[1],
  };
}

describe('on the wire, plain express and ours are the same', () => {
  test.each<[string, string, Record<string, string>?, string?]>([
    ['GET', '/json'],
    ['HEAD', '/json'],
    ['GET', '/json/empty'],
    ['GET', '/text'],
    ['HEAD', '/text'],
    ['GET', '/buffer'],
    ['GET', '/empty'],
    ['GET', '/null'],
    ['GET', '/number'],
    ['GET', '/status/204'],
    ['GET', '/status/404'],
    ['GET', '/bodiless/204'],
    ['GET', '/bodiless/205'],
    ['GET', '/bodiless/304'],
    ['GET', '/own-etag'],
    ['GET', '/own-etag', { 'If-None-Match': '"own"' }],
    ['GET', '/own-etag', { 'If-None-Match': 'W/"own", "other"' }],
    ['GET', '/json', { 'If-None-Match': '*' }],
    ['GET', '/json', { 'If-None-Match': '"other"' }],
    ['GET', '/json', { 'If-None-Match': '*', 'Cache-Control': 'no-cache' }],
    ['GET', '/typed'],
    ['GET', '/file'],
    ['HEAD', '/file'],
    ['GET', '/file', { Range: 'bytes=0-9' }],
    ['GET', '/file', { Range: 'bytes=-5' }],
    ['GET', '/file', { Range: 'bytes=0-1,4-5' }],
    ['GET', '/file', { Range: 'nonsense' }],
    ['GET', '/static/path.test.ts'],
    ['GET', '/static/path.test.ts', { Range: 'bytes=3-7' }],
    ['GET', '/download'],
    ['GET', '/redirect'],
    ['GET', '/redirect', { Accept: 'text/html' }],
    ['HEAD', '/redirect'],
    ['GET', '/redirect/301', { Accept: 'text/html' }],
    ['GET', '/cookies'],
    ['GET', '/jsonp'],
    ['GET', '/jsonp?callback=f'],
    ['GET', '/format'],
    ['GET', '/format', { Accept: 'application/json' }],
    ['GET', '/chunks'],
    ['GET', '/head'],
    [
      'GET',
      '/request/7?a=1&a=2&b[c]=3',
      { A: 'b', 'X-Requested-With': 'XMLHttpRequest', 'X-Forwarded-For': '1.2.3.4', 'X-Forwarded-Proto': 'https' },
    ],
    ['POST', '/echo', { 'Content-Type': 'application/json', 'Content-Length': '9' }, '{"a":"b"}'],
    ['POST', '/echo', { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' }, '2\r\n[]\r\n0\r\n\r\n'],
    ['GET', '/router/7'],
    ['GET', '/tenants/acme'],
    ['GET', '/sub/7'],
    ['GET', '/sub/next/on'],
    ['OPTIONS', '/options'],
    ['OPTIONS', '/many'],
    ['PUT', '/many'],
    ['HEAD', '/many'],
  ])('%s %s %p', async (...[method, path, headers, body]) => {
    const [a, b] = [await wire(theirs, method, path, headers, body), await wire(ours, method, path, headers, body)];
    expect(b.head.split('\r\n')).toEqual(a.head.split('\r\n'));
    expect(b.body).toBe(a.body);
    expect(a.status).toBeGreaterThan(0);
  });

  test.each(['/json', '/text', '/buffer', '/file', '/static/path.test.ts', '/typed'])(
    'the ETag of %s is answered with a 304',
    async (path) => {
      const [a, b] = await Promise.all(
        [theirs, ours].map(async (port) => {
          const { etag } = await wire(port, 'GET', path);
          return wire(port, 'GET', path, { 'If-None-Match': etag as string });
        }),
      );
      expect(b?.status).toBe(304);
      expect([b?.head, b?.body]).toEqual([a?.head, a?.body]);
    },
  );

  test.each(['/throws', '/throws/418', '/file/none', '/%ff/x', '/request/%', '/static/%2e%2e/%2e%2e/package.json'])(
    'an error at %s has the same status',
    async (path) => {
      const [a, b] = [await wire(theirs, 'GET', path), await wire(ours, 'GET', path)];
      expect(b.status).toBe(a.status);
      expect(b.status).toBeGreaterThanOrEqual(400);
      expect(b.head).toContain('application/problem+json');
    },
  );

  test('a file that is not there says nothing of where it is not', async () => {
    const [answer] = await rawExchange(ours, 'GET /file/none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(answer?.body).not.toContain(__dirname);
  });
});

/** Where express keeps what it gives each request and response; its types do not say so. */
function prototypesOf(app: Application): { request: object; response: object } {
  return app as unknown as { request: object; response: object };
}

describe('requests and responses are born with the prototypes that express would give them', () => {
  test('so that giving them is no change', async () => {
    const seen: unknown[] = [];
    const { url } = await start((app) =>
      app.get('/', (req, res) => {
        seen.push(
          Object.getPrototypeOf(req) === prototypesOf(app).request,
          Object.getPrototypeOf(res) === prototypesOf(app).response,
          req instanceof IncomingMessage,
          res instanceof ServerResponse,
          req.app === app,
          res.app === app,
          Object.hasOwn(req, 'app'),
        );
        res.end();
      }),
    );
    await fetch(url);
    expect(seen).toEqual([true, true, true, true, true, true, false]);
  });

  test('each app has its own, and what a service adds to one is in that one', async () => {
    const [a, b] = [await start(), await start()];
    Object.assign(prototypesOf(a.app).response, { hello: 'a' });
    a.app.get('/', (_req, res) => void res.json((res as unknown as { hello?: string }).hello ?? 'none'));
    b.app.get('/', (_req, res) => void res.json((res as unknown as { hello?: string }).hello ?? 'none'));
    expect([await (await fetch(a.url)).json(), await (await fetch(b.url)).json()]).toEqual(['a', 'none']);
  });

  test('and share their hidden class in V8, which those of plain express do not everywhere', () => {
    const root = join(__dirname, '../..');
    const program = `
      const { readFileSync } = require('node:fs');
      const { transformSync } = require('@swc/core');
      require.extensions['.ts'] = (module, file) =>
        module._compile(transformSync(readFileSync(file, 'utf8'), {
          filename: file,
          jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
          module: { type: 'commonjs' },
        }).code, file);
      const http = require('node:http');
      const express = require('express');
      const { createHttp } = require('./src/http');
      const results = {};
      const held = {};
      // Two requests at the same point of their lives: only then can their classes be the same.
      const check = (name) => (req, res) => {
        const other = held[name];
        held[name] = { req, res };
        if (other === undefined) return;
        delete held[name];
        results[name] = {
          fast: %HasFastProperties(req) && %HasFastProperties(res),
          req: %HaveSameMap(req, other.req),
          res: %HaveSameMap(res, other.res),
        };
        other.res.json({});
        res.json({});
      };
      const ask = (port) => new Promise((done) => http.get({ port, host: '127.0.0.1', agent: false }, (res) => res.resume().on('end', done)));
      (async () => {
        const plain = express();
        plain.get('/', check('plain'));
        const server = http.createServer(plain).listen(0, '127.0.0.1');
        await new Promise((done) => server.once('listening', done));
        const side = createHttp({ options: { port: 0, host: '127.0.0.1' } });
        side.app.get('/', check('ours'));
        const { port } = await side.listen();
        side.open();
        for (let i = 0; i < 30; i += 1) {
          await Promise.all([ask(server.address().port), ask(server.address().port)]);
          await Promise.all([ask(port), ask(port)]);
        }
        process.stdout.write(JSON.stringify(results));
        process.exit();
      })();`;
    const output = execFileSync(process.execPath, ['--allow-natives-syntax', '-e', program], {
      cwd: root,
      encoding: 'utf8',
    });
    const { plain, ours } = JSON.parse(output) as Record<'plain' | 'ours', unknown>;
    // Newer engines (Node 24) let objects that are given the same prototype share a class again.
    if (/^2[02]\./.test(process.versions.node)) expect(plain).toMatchObject({ req: false, res: false });
    expect(ours).toEqual({ fast: true, req: true, res: true });
  });
});

test('the body parser is shown requests with a body only', async () => {
  const asked: string[] = [];
  const { url } = await start((app) => {
    const [parser] = (app.router as unknown as { stack: { handle: (...args: never[]) => unknown }[] }).stack;
    const handle = parser?.handle as (...args: unknown[]) => unknown;
    parser!.handle = (req: Request, ...rest: unknown[]) => {
      asked.push(req.method);
      return handle(req, ...rest);
    };
    app.use((req, res) => void res.json(req.body ?? 'none'));
  });
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1}' };
  const answers = [await fetch(url), await fetch(url, post), await fetch(url)];
  expect(await Promise.all(answers.map(async (answer) => answer.text()))).toEqual(['"none"', '{"a":1}', '"none"']);
  expect(asked).toEqual(['POST']);
});

test('listening is the service’s affair', async () => {
  const { app } = await start();
  expect(() => app.listen()).toThrow('call `await service.start()` instead of `app.listen()`');
});

test('use gives the app back, and takes whatever express takes', async () => {
  const { app, url } = await start();
  const sub = express().get('/', (_req, res) => void res.send('sub'));
  expect(app.use('/a', sub)).toBe(app);
  expect(app.use(['/b', '/c'], [[express().get('/', (_req, res) => void res.send('other'))]] as never)).toBe(app);
  expect(() => app.use('/d' as never)).toThrow(TypeError);
  for (const [path, text] of [
    ['/a', 'sub'],
    ['/b', 'other'],
    ['/c', 'other'],
  ]) {
    expect(await (await fetch(url + (path as string))).text()).toBe(text);
  }
});

test('it can be mounted in another app', async () => {
  const { app } = await start((one) => one.get('/inner', (_req, res) => void res.json('inner')));
  const outer = express();
  outer.use('/outer', app);
  outer.use((_req, res) => void res.status(418).end());
  const server = createServer(outer).listen(0, '127.0.0.1');
  plainServers.push(server);
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await (await fetch(`${url}/outer/inner`)).json()).toBe('inner');
  expect((await fetch(`${url}/outer/none`)).status).toBe(418);
});
