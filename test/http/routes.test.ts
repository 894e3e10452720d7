import express, { type Application, type NextFunction, type Request, type Response } from 'express';
import { start, stopAll, type Running } from './support/running';

afterEach(stopAll);

const ok = (_req: Request, res: Response): void => void res.end();
const fail = (): void => {
  throw new Error('no');
};

/** The route under which a request is counted. */
async function routeOf({ url, line }: Running, path: string, method = 'GET'): Promise<string> {
  const id = `r-${Math.random().toString(36).slice(2)}`;
  await (await fetch(url + path, { method, headers: { 'x-request-id': id } })).text();
  return (await line(id)).route;
}

const serve = (routes: (app: Application) => void): Promise<Running> => start(routes);

describe('the template of', () => {
  test('a route is what it was given', async () => {
    const running = await serve((app) => {
      app.get('/', ok);
      app.get('/orders/:id', ok);
      app.get('/files/{*path}', ok);
      app.get('/maybe{/:id}', ok);
      app.get(/^\/items\/(\d+)$/, ok);
      app.route('/thing').get(ok).put(fail);
    });
    expect(await routeOf(running, '/')).toBe('/');
    expect(await routeOf(running, '/orders/7?x=1')).toBe('/orders/:id');
    expect(await routeOf(running, '/ORDERS/7/')).toBe('/orders/:id');
    expect(await routeOf(running, '/files/a/b')).toBe('/files/{*path}');
    expect(await routeOf(running, '/maybe/3')).toBe('/maybe{/:id}');
    expect(await routeOf(running, '/items/12')).toBe('^\\/items\\/(\\d+)$');
    expect(await routeOf(running, '/thing', 'PUT')).toBe('/thing');
    expect(await routeOf(running, '/orders/7', 'HEAD')).toBe('/orders/:id');
  });

  test('one of a list of paths is the one that was asked for', async () => {
    const running = await serve((app) => {
      app.get(['/a', '/b/:id', ['/c']] as string[], ok);
      app.get([/^\/x$/, /^\/y$/], ok);
    });
    expect(await routeOf(running, '/a')).toBe('/a');
    expect(await routeOf(running, '/b/7')).toBe('/b/:id');
    expect(await routeOf(running, '/c')).toBe('/c');
    expect(['^\\/x$', '^\\/y$']).toContain(await routeOf(running, '/y'));
  });

  test('a route in nested routers has their mounts, with their parameters', async () => {
    const running = await serve((app) => {
      const orders = express.Router({ mergeParams: true }).get('/', ok).get('/:order', ok).get('/:order/fail', fail);
      const tenants = express.Router().use('/:tenant/orders', orders).get('/', ok);
      app.use('/tenants', tenants);
      app.use('/', express.Router().get('/root', ok));
    });
    expect(await routeOf(running, '/tenants')).toBe('/tenants');
    expect(await routeOf(running, '/tenants/t1/orders')).toBe('/tenants/:tenant/orders');
    expect(await routeOf(running, '/tenants/t1/orders/7')).toBe('/tenants/:tenant/orders/:order');
    expect(await routeOf(running, '/tenants/t1/orders/7/fail')).toBe('/tenants/:tenant/orders/:order/fail');
    expect(await routeOf(running, '/root')).toBe('/root');
  });

  test('a router with several mounts has the one that was asked for, also when it fails', async () => {
    const running = await serve((app) => {
      const router = express.Router().get('/:id', ok).get('/:id/fail', fail);
      app.use('/v1/:tenant', router);
      app.use(['/v2/things', '/v3'], router);
    });
    for (const [path, template] of [
      ['/v1/acme/7', '/v1/:tenant/:id'],
      ['/v2/things/7', '/v2/things/:id'],
      ['/v3/7', '/v3/:id'],
    ] as const) {
      expect(await routeOf(running, path)).toBe(template);
      expect(await routeOf(running, `${path}/fail`)).toBe(`${template}/fail`);
    }
  });

  test('a route in a sub-app has its mount, also when it fails before it ever succeeded', async () => {
    const running = await serve((app) => {
      const sub = express().get('/:id', ok).get('/:id/fail', fail);
      sub.use('/deep', express.Router().get('/:id', ok));
      app.use('/sub', [sub]);
      app.use(express().get('/plain', ok));
    });
    expect(await routeOf(running, '/sub/7/fail')).toBe('/sub/:id/fail');
    expect(await routeOf(running, '/sub/7')).toBe('/sub/:id');
    expect(await routeOf(running, '/sub/7/fail')).toBe('/sub/:id/fail');
    expect(await routeOf(running, '/sub/deep/7')).toBe('/sub/deep/:id');
    expect(await routeOf(running, '/plain')).toBe('/plain');
  });

  test('a route in an app within a sub-app is found while it is at work', async () => {
    const running = await serve((app) => {
      const inner = express().get('/:id', ok).get('/:id/fail', fail);
      app.use('/outer', express().use('/inner', inner));
    });
    expect(await routeOf(running, '/outer/inner/7/fail')).toBe('/:id/fail'); // its mount is not known yet, and no path is shown
    expect(await routeOf(running, '/outer/inner/7')).toBe('/outer/inner/:id');
    expect(await routeOf(running, '/outer/inner/7/fail')).toBe('/outer/inner/:id/fail');
  });

  test('a route that was added later is found', async () => {
    const running = await serve((app) => app.get('/first', ok));
    expect(await routeOf(running, '/first')).toBe('/first');
    running.app.use('/late', express.Router().get('/:id', ok));
    expect(await routeOf(running, '/late/7')).toBe('/late/:id');
  });

  test('a route whose error handler answers stays that route', async () => {
    const running = await serve((app) => {
      app.use('/api', express.Router().get('/:id', fail));
      app.use((_error: unknown, _req: Request, res: Response, _next: NextFunction) => void res.status(418).end());
    });
    expect(await routeOf(running, '/api/7')).toBe('/api/:id');
  });

  test('a rewritten URL is some template, never the path', async () => {
    const running = await serve((app) => {
      const router = express.Router().get('/:id', ok);
      app.use((req, _res, next) => {
        req.url = req.url.replace('/old', '/new');
        next();
      });
      app.use('/new', router);
      app.use('/newer', router);
    });
    expect(await routeOf(running, '/old/7')).toBe('/new/:id');
  });
});

describe('without a route', () => {
  test('a folder of files is its mount', async () => {
    const running = await serve((app) => {
      app.use('/static/', express.static(__dirname));
      app.use(['/assets', '/Public'], express.static(__dirname));
    });
    expect(await routeOf(running, '/static/routes.test.ts')).toBe('/static');
    expect(await routeOf(running, '/assets/routes.test.ts')).toBe('/assets');
    expect(await routeOf(running, '/public/routes.test.ts')).toBe('/Public');
  });

  test.each(['/static/none', '/api/none', '/none', '/.env', '/tenants/t1'])('%s is unmatched', async (path) => {
    const running = await serve((app) => {
      app.use('/static', express.static(__dirname));
      app.use('/api', express.Router().get('/:a/:b', ok));
      app.use('/tenants/:tenant', ok);
    });
    expect(await routeOf(running, path)).toBe('unmatched');
  });

  test('ten thousand paths make one series', async () => {
    const running = await serve((app) => app.get('/orders/:id', ok));
    for (let i = 0; i < 100; i += 1) await routeOf(running, `/${i}/x`);
    for (let i = 0; i < 100; i += 1) await routeOf(running, `/orders/${i}`);
    expect(new Set(running.meter.observed.map(({ labels }) => labels['http_route']))).toEqual(
      new Set(['unmatched', '/orders/:id']),
    );
    expect(running.meter.lookups).toBe(2);
  });

  test('a router that contains itself has an end', async () => {
    const running = await serve((app) => {
      const router = express.Router().get('/leaf', ok);
      router.use('/x', router);
      app.use('/r', router);
    });
    expect(await routeOf(running, '/r/x/x/leaf')).toBe('/r/x/x/leaf');
  });
});
