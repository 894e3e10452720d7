import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import express, { type Application, type Response } from 'express';
import { start, stopAll } from './support/running';

const servers: Server[] = [];

afterAll(async () => {
  for (const server of servers) server.close();
  await stopAll();
});

/** The same routes on plain express and on ours; resolves to both addresses. */
async function both(routes: (app: Application) => void): Promise<[string, string]> {
  const app = express();
  app.disable('x-powered-by');
  routes(app);
  const server = createServer(app).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return [`http://127.0.0.1:${(server.address() as AddressInfo).port}`, (await start(routes)).url];
}

async function seen(url: string, init?: RequestInit): Promise<unknown> {
  const answer = await fetch(url, init);
  const headers = Object.fromEntries(answer.headers);
  for (const name of ['date', 'x-request-id', 'keep-alive']) delete headers[name];
  // The value of a weak ETag is ours; its length is that of the body.
  headers['etag'] &&= headers['etag'].replace(/^(W\/"[0-9a-f]+)-[A-Za-z0-9+/]{12,27}"$/, '$1-..."');
  return { status: answer.status, headers, body: await answer.text() };
}

const values: readonly unknown[] = [
  { a: 1 },
  [],
  null,
  true,
  0,
  'text',
  'ü€😀',
  { deep: { er: ['x'.repeat(5_000)] } },
  { undefined },
];

test('every value is sent as express sends it', async () => {
  const [theirs, ours] = await both((app) => app.get('/:i', (req, res) => void res.json(values[Number(req.params.i)])));
  for (const i of values.keys()) expect(await seen(`${ours}/${i}`)).toEqual(await seen(`${theirs}/${i}`));
});

test('a value that is no JSON is sent as express sends it', async () => {
  const [theirs, ours] = await both((app) => {
    app.get('/undefined', (_req, res) => void res.json(undefined));
    app.get('/function', (_req, res) => void res.json(() => 1));
    app.get('/toJSON', (_req, res) => void res.json({ toJSON: () => ({ made: true }) }));
  });
  for (const path of ['/undefined', '/function', '/toJSON'])
    expect(await seen(ours + path)).toEqual(await seen(theirs + path));
});

test.each<[string, (app: Application) => void]>([
  ['json spaces', (app) => app.set('json spaces', 2)],
  [
    'json replacer',
    (app) => app.set('json replacer', (key: string, value: unknown) => (key === 'secret' ? undefined : value)),
  ],
  ['json escape', (app) => app.set('json escape', true)],
  ['etag off', (app) => app.disable('etag')],
  ['etag strong', (app) => app.set('etag', 'strong')],
  ['an etag function', (app) => app.set('etag', () => '"mine"')],
  ['a patched send', (app) => Object.assign(responseOf(app), { send: wrapped(responseOf(app).send) })],
  ['a patched json', (app) => Object.assign(responseOf(app), { json: (function (this: Response) { return this.send('"patched"'); }) })], // prettier-ignore
  ['a send patched on the response', (app) => app.use((_req, res, next) => { res.send = wrapped(res.send); next(); })], // prettier-ignore
  ['a type set before', (app) => app.use((_req, res, next) => { res.type('application/vnd.api+json'); next(); })], // prettier-ignore
  ['an etag set before', (app) => app.use((_req, res, next) => { res.set('ETag', '"own"'); next(); })], // prettier-ignore
  ['status 204', (app) => app.use((_req, res, next) => { res.status(204); next(); })], // prettier-ignore
  ['status 205', (app) => app.use((_req, res, next) => { res.status(205); next(); })], // prettier-ignore
  ['status 404', (app) => app.use((_req, res, next) => { res.status(404); next(); })], // prettier-ignore
  ['status 304', (app) => app.use((_req, res, next) => { res.status(304); next(); })], // prettier-ignore
])('with %s the answer is express’s', async (_what, prepare) => {
  const [theirs, ours] = await both((app) => {
    prepare(app);
    app.get('/', (_req, res) => void res.json({ secret: '<b>', a: [1] }));
  });
  for (const method of ['GET', 'HEAD']) expect(await seen(ours, { method })).toEqual(await seen(theirs, { method }));
});

function responseOf(app: Application): Response {
  return (app as Application & { response: Response }).response;
}

function wrapped(send: Response['send']): Response['send'] {
  return function send2(this: Response, body?: unknown) {
    this.set('X-Patched', 'yes');
    return send.call(this, body);
  } as Response['send'];
}

test('a patch of express itself is respected', async () => {
  const { url } = await start((app) => app.get('/', (_req, res) => void res.json({})));
  const { json } = express.response;
  express.response.json = function patched(this: Response) {
    return this.type('text').send('patched');
  };
  const answer = await (await fetch(url)).text();
  express.response.json = json;
  expect(answer).toBe('patched');
  expect(await (await fetch(url)).text()).toBe('{}');
});
