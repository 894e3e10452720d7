import { createHealth, type Health } from '../../src/health';
import { type OperationReply } from '../../src/http';
import { healthOperations } from '../../src/service/probes';
import { FakeClock } from '../support/fake-clock';

const about = { name: 'tested', version: '1.2.3', instance: 'tested-1' };

let clock: FakeClock;
let health: Health;

beforeEach(() => {
  clock = new FakeClock();
  health = createHealth({ clock });
});

afterEach(() => health.stop());

interface Asked {
  readonly access?: boolean;
  readonly accept?: string;
  readonly base?: string;
}

async function ask(path: string, { access = false, accept, base = '' }: Asked = {}): Promise<OperationReply> {
  const operation = healthOperations(health, base, about).find((one) => one.path === path);
  if (operation === undefined) throw new Error(`no ${path}`);
  const headers = accept === undefined ? {} : { accept };
  return operation.handle({ name: '', headers, access, body: () => Promise.resolve('') });
}

async function ready(): Promise<void> {
  health.start();
  health.setStarted();
  health.setReadiness('ACCEPTING_TRAFFIC', 'lifecycle');
  await clock.advance(0);
}

test('the paths: Kubernetes’ own stay where they are, the others move with the base', () => {
  const paths = (base: string): string[] => healthOperations(health, base, about).map(({ path }) => path);
  expect(paths('')).toEqual([
    ...['/livez', '/health/live', '/readyz', '/health/ready', '/startupz', '/health/started', '/health'],
  ]);
  expect(paths('/actuator')).toEqual([
    ...['/livez', '/actuator/health/live', '/readyz', '/actuator/health/ready'],
    ...['/startupz', '/actuator/health/started', '/actuator/health'],
  ]);
});

test('liveness and readiness are on both ports, nothing else is, and nobody needs access', () => {
  const operations = healthOperations(health, '', about);
  expect(operations.filter(({ everywhere }) => everywhere).map(({ path }) => path)).toEqual(['/livez', '/readyz']);
  expect(operations.filter(({ needsAccess }) => needsAccess)).toEqual([]);
});

test.each([
  ['/livez', 200, 200],
  ['/health/live', 200, 200],
  ['/readyz', 503, 200],
  ['/health/ready', 503, 200],
  ['/startupz', 503, 200],
  ['/health/started', 503, 200],
  ['/health', 503, 200],
])('%s is %p before the service is ready, then %p', async (path, before, after) => {
  expect((await ask(path)).status).toBe(before);
  await ready();
  expect((await ask(path)).status).toBe(after);
});

test('a probe says nothing but its status', async () => {
  expect(await ask('/livez')).toEqual({ status: 200, body: '{"status":"UP"}' });
  expect(await ask('/readyz', { access: true })).toEqual({ status: 503, body: '{"status":"DOWN"}' });
});

test('a readiness check that is down counts in readiness and never in liveness', async () => {
  health.check('db', () => ({ status: 'DOWN', details: { host: 'db-1' } }), { group: 'readiness' });
  await ready();
  expect((await ask('/readyz')).status).toBe(503);
  expect((await ask('/livez')).status).toBe(200);
  expect((await ask('/health')).status).toBe(503);
});

describe('the tree', () => {
  beforeEach(async () => {
    health.check('db', () => ({ details: { host: 'db-1' } }));
    await ready();
  });

  test('is for callers with access only', async () => {
    expect(JSON.parse(String((await ask('/health')).body))).toEqual({ status: 'UP' });
    expect(JSON.parse(String((await ask('/health', { access: true })).body))).toMatchObject({
      status: 'UP',
      components: { db: { status: 'UP', details: { host: 'db-1' } } },
    });
    expect((await ask('/health/live')).body).toBe('{"status":"UP"}');
    expect(JSON.parse(String((await ask('/health/ready', { access: true })).body))).toMatchObject({
      status: 'UP',
      checks: [{}],
    });
  });

  test.each([
    [undefined, 'application/json'],
    ['application/health+json', 'application/health+json'],
    ['application/vnd.spring-boot.actuator.v3+json', 'application/vnd.spring-boot.actuator.v3+json'],
  ])('is written for Accept %p as %s', async (accept, contentType) => {
    const reply = await ask('/health', { access: true, ...(accept === undefined ? {} : { accept }) });
    expect(reply.contentType).toContain(contentType);
    expect(reply.body).toContain('db-1');
  });

  test('in the health+json draft says which service it is', async () => {
    const reply = await ask('/health', { access: true, accept: 'application/health+json' });
    expect(JSON.parse(String(reply.body))).toMatchObject({ version: '1.2.3', serviceId: 'tested', releaseId: '1.2.3' });
  });
});
