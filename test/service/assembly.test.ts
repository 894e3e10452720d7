import { createService, type Service } from '../../src/service';
import { ask, type Answer } from '../support/ask';
import { captureLog, type CapturedLog } from '../support/captured-log';
import { eventually } from '../support/eventually';
import { freePort } from '../support/free-port';

/** What the parts do together, asked for over real HTTP. */
let log: CapturedLog;
let services: Service[] = [];

beforeEach(() => {
  log = captureLog();
});

afterEach(async () => {
  await Promise.all(services.map((service) => service.stop()));
  services = [];
  log.restore();
});

function make(settings: Record<string, Record<string, unknown>> = {}): Service {
  const service = createService({
    name: 'tested',
    version: '1.2.3',
    settings: { ...settings, http: { port: 0, host: '127.0.0.1', ...settings['http'] } },
  });
  services.push(service);
  return service;
}

async function started(
  settings: Record<string, Record<string, unknown>> = {},
  service = make(settings),
): Promise<number> {
  return (await service.start()).port;
}

const json = ({ body }: Answer): Record<string, unknown> => JSON.parse(body) as Record<string, unknown>;
const token = 'only-for-this-test';
const withToken = { headers: { authorization: `Bearer ${token}` } };

describe('endpoints that need access', () => {
  test.each(['/env', '/loggers', '/loggers/root'])('%s is a path like any other without it', async (path) => {
    const port = await started({ management: { token } });
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: `Basic ${token}` }]) {
      const answer = await ask(port, path, { headers });
      expect([answer.status, json(answer)['code']]).toEqual([404, 'NOT_FOUND']);
    }
    expect((await ask(port, path, withToken)).status).toBe(200);
  });

  test('without a token nothing opens them', async () => {
    const port = await started();
    expect((await ask(port, '/env', { headers: { authorization: 'Bearer ' } })).status).toBe(404);
    expect((await ask(port, '/env', { headers: { authorization: 'Bearer null' } })).status).toBe(404);
  });

  test('are the service’s own where it has such a route, for callers without access', async () => {
    const service = make({ management: { token } });
    service.app.get('/other', (_req, res) => void res.send('mine'));
    const port = await started({}, service);
    expect((await ask(port, '/other', withToken)).body).toBe('mine');
  });

  test('/env masks what is secret and says where values come from', async () => {
    const port = await started({ management: { token } });
    const answer = await ask(port, '/env', withToken);
    expect(answer.body).not.toContain(token);
    const settings = json(answer)['settings'] as { key: string; value: unknown; winner: string }[];
    expect(settings.find(({ key }) => key === 'management.token')).toMatchObject({
      value: '******',
      winner: 'settings',
    });
    expect(settings.find(({ key }) => key === 'http.bodyLimit')).toMatchObject({ value: 102_400, winner: 'default' });
    expect(settings.some(({ key }) => key === 'otel.tracesSampler')).toBe(true);
  });
});

test('/loggers: a level is changed while the service runs, and reverts after its time', async () => {
  const service = make({ management: { token } });
  const db = service.log.named('db');
  const port = await started({}, service);
  const change = { ...withToken, method: 'POST', body: '{"configuredLevel":"debug","revertAfterMs":150}' };
  db.debug('before');
  expect((await ask(port, '/loggers/db', change)).status).toBe(204);
  db.debug('while');
  expect(json(await ask(port, '/loggers/db', withToken))).toMatchObject({ configuredLevel: 'debug' });
  await eventually(() => (db.isEnabled('debug') ? undefined : true), 'the level to revert');
  db.debug('after');
  await eventually(() => log.named('while')[0], 'the line');
  expect([log.named('before'), log.named('after')]).toEqual([[], []]);
  const asJson = { 'content-type': 'application/json' };
  expect((await ask(port, '/loggers/db', { ...change, headers: asJson })).status).toBe(404);
  expect(json(await ask(port, '/loggers/db', { ...change, body: '{' }))['code']).toBe('BAD_REQUEST');
});

describe('on a management port', () => {
  async function two(more: Record<string, unknown> = {}): Promise<[number, number]> {
    const { port, managementPort } = await make({ management: { port: 0, ...more } }).start();
    return [port, managementPort as number];
  }

  test('livez and readyz are on both, the rest has moved, and whoever reaches it has access', async () => {
    const [port, management] = await two();
    for (const path of ['/livez', '/readyz']) {
      expect([(await ask(port, path)).status, (await ask(management, path)).status]).toEqual([200, 200]);
    }
    for (const path of ['/startupz', '/health', '/metrics', '/info', '/env', '/loggers']) {
      expect([path, (await ask(port, path)).status, (await ask(management, path)).status]).toEqual([path, 404, 200]);
    }
    expect(json(await ask(management, '/health'))['components']).toBeDefined();
    expect((await ask(management, '/nothing')).status).toBe(404);
  });

  test('a base path stands before all but Kubernetes’ own', async () => {
    const [, management] = await two({ basePath: '/actuator' });
    for (const path of [
      '/livez',
      '/readyz',
      '/startupz',
      '/actuator/health',
      '/actuator/metrics',
      '/actuator/loggers/root',
    ]) {
      expect([path, (await ask(management, path)).status]).toEqual([path, 200]);
    }
    expect((await ask(management, '/health')).status).toBe(404);
  });

  test('that is the http port is none', async () => {
    const port = await freePort();
    const service = make({ http: { port }, management: { port } });
    expect(await service.start()).toMatchObject({ port, managementPort: undefined });
    expect((await ask(port, '/metrics')).status).toBe(200);
    expect((await ask(port, '/env')).status).toBe(404);
  });
});

test('/info says who it is and since when', async () => {
  const port = await started({ build: { commit: 'abc123' } });
  const info = json(await ask(port, '/info'));
  expect(info).toMatchObject({ name: 'tested', version: '1.2.3', git: { commit: 'abc123' }, node: process.version });
  expect(Date.parse(info['startedAt'] as string)).toBeLessThanOrEqual(Date.now());
});

test('/metrics is what the Accept header asks for, and has the requests of the service by template', async () => {
  const service = make();
  service.app.get('/hello/:name', (_req, res) => void res.send('hello'));
  const port = await started({}, service);
  await ask(port, '/hello/Ada');
  const text = await ask(port, '/metrics');
  expect(text.headers['content-type']).toContain('version=0.0.4');
  expect(text.body).toContain(
    'http_server_request_duration_seconds_count{http_request_method="GET",http_route="/hello/:name",http_response_status_code="200"} 1',
  );
  const open = await ask(port, '/metrics', { headers: { accept: 'application/openmetrics-text; version=1.0.0' } });
  expect(open.headers['content-type']).toContain('application/openmetrics-text');
  expect(open.body.trimEnd().endsWith('# EOF')).toBe(true);
});

describe('/health', () => {
  test('shows the components with access only, in the format that is asked for', async () => {
    const service = make({ management: { token } });
    service.use({ name: 'db', check: () => ({ details: { host: 'db-1', password: 'hunter2' } }) });
    const port = await started({}, service);
    expect(json(await ask(port, '/health'))).toEqual({ status: 'UP' });
    const own = await ask(port, '/health', withToken);
    expect(json(own)).toMatchObject({ components: { db: { status: 'UP', details: { host: 'db-1' } } } });
    expect(own.body).not.toContain('hunter2');
    const accept = 'application/vnd.spring-boot.actuator.v3+json';
    const spring = await ask(port, '/health', { headers: { ...withToken.headers, accept } });
    expect(spring.headers['content-type']).toContain(accept);
    expect(json(spring)).toMatchObject({ status: 'UP', components: { db: { status: 'UP' } } });
  });

  test('a readiness check that is down: readyz 503, livez 200, and 200 again once it is well', async () => {
    const service = make({ health: { intervalMs: 100, failures: 1 } });
    let well = true;
    service.health.check('queue', () => ({ status: well ? 'UP' : 'DOWN' }), { group: 'readiness' });
    const port = await started({}, service);
    const readiness = async (status: number): Promise<true | undefined> =>
      (await ask(port, '/readyz')).status === status ? true : undefined;
    await eventually(() => readiness(200), 'readiness');
    well = false;
    await eventually(() => readiness(503), 'no readiness');
    expect((await ask(port, '/livez')).status).toBe(200);
    well = true;
    await eventually(() => readiness(200), 'readiness again');
  });

  test('a check that hangs delays no probe and is reported', async () => {
    const service = make({ management: { token }, health: { timeoutMs: 20 } });
    service.health.check('hangs', () => new Promise(() => undefined));
    service.health.check('throws', () => {
      throw new Error('broken');
    });
    const port = await started({}, service);
    expect((await ask(port, '/livez')).status).toBe(200);
    const tree = await eventually(async () => {
      const answer = await ask(port, '/health', withToken);
      return answer.status === 503 && answer.body.includes('timed out') ? json(answer) : undefined;
    }, 'the tree');
    expect(tree).toMatchObject({
      components: { hangs: { status: 'DOWN' }, throws: { status: 'DOWN', error: 'broken' } },
    });
    expect((await ask(port, '/readyz')).status).toBe(200);
  });

  test('a component without a check is not in it', async () => {
    const service = make({ management: { token } });
    service.use({ name: 'plain' });
    const port = await started({}, service);
    expect((await ask(port, '/health', withToken)).body).not.toContain('plain');
  });
});

test('access lines can be switched off', async () => {
  const loud = await started();
  await ask(loud, '/nothing');
  await eventually(() => log.lines.find(({ logger }) => logger === 'access'), 'the access line');
  const before = log.lines.length;
  const quiet = make({ log: { access: false } });
  const port = await started({}, quiet);
  await ask(port, '/nothing');
  await quiet.stop();
  expect(log.lines.slice(before).filter(({ logger }) => logger === 'access')).toEqual([]);
});

test('trust proxy reaches express', () => {
  expect(make({ http: { trustProxy: '2' } }).app.get('trust proxy')).toBe(2);
  expect(make({ http: { trustProxy: 'loopback, 10.0.0.0/8' } }).app.get('trust proxy')).toEqual([
    'loopback',
    '10.0.0.0/8',
  ]);
  expect(make().app.get('trust proxy')).toBe(false);
});
