import { createConfig } from '../../src/config';
import { isKeelsonError, systemClock } from '../../src/core';
import { type OperationReply } from '../../src/http';
import { createLogging, type Logging } from '../../src/logging';
import { createMetrics } from '../../src/metrics';
import { insightOperations, type InsightParts } from '../../src/service/insight';
import { FakeClock } from '../support/fake-clock';

const identity = { name: 'tested', version: '1.2.3', instance: 'tested-1' };

let clock: FakeClock;
let logging: Logging;

beforeEach(() => {
  clock = new FakeClock();
  logging = createLogging({ service: 'tested', clock });
  logging.logger.named('db').named('pool');
});

afterEach(() => logging.close());

function partsOf(more: Partial<InsightParts> = {}): InsightParts {
  const schema = { secret: { doc: 'A secret', format: String, default: 'sesame', sensitive: true } };
  const config = createConfig({ schemas: [{ schema }], env: {}, argv: [] });
  return {
    identity,
    metrics: createMetrics({ service: identity, clock: systemClock }),
    levels: logging.levels,
    describe: () => config.describe(),
    build: { commit: null, time: null },
    startedAt: () => undefined,
    breakers: () => [],
    ...more,
  };
}

interface Asked {
  readonly method?: string;
  readonly name?: string;
  readonly body?: string;
  readonly accept?: string;
  readonly parts?: InsightParts;
}

async function ask(path: string, asked: Asked = {}): Promise<OperationReply> {
  const { method = 'GET', name = '', body = '', accept, parts = partsOf() } = asked;
  const operation = insightOperations(parts, '').find((one) => one.path === path && one.method === method);
  if (operation === undefined) throw new Error(`no ${method} ${path}`);
  const headers = accept === undefined ? {} : { accept };
  return operation.handle({ name, headers, access: true, body: () => Promise.resolve(body) });
}

async function problemOf(work: Promise<unknown>): Promise<[string, string]> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  return isKeelsonError(error) ? [error.code, error.message] : ['none', ''];
}

const post = (name: string, body: unknown): Promise<OperationReply> =>
  ask('/loggers/{name}', { method: 'POST', name, body: typeof body === 'string' ? body : JSON.stringify(body) });

async function levelOf(name: string): Promise<unknown> {
  return JSON.parse(String((await ask('/loggers/{name}', { name })).body));
}

test('metrics and info are for everybody, the rest needs access, and all move with the base', () => {
  const operations = insightOperations(partsOf(), '/actuator');
  expect(operations.map(({ method, path, needsAccess = false }) => [method, path, needsAccess])).toEqual([
    ['GET', '/actuator/metrics', false],
    ['GET', '/actuator/info', false],
    ['GET', '/actuator/env', true],
    ['GET', '/actuator/circuitbreakers', true],
    ['GET', '/actuator/loggers', true],
    ['GET', '/actuator/loggers/{name}', true],
    ['POST', '/actuator/loggers/{name}', true],
  ]);
  expect(operations.some(({ everywhere }) => everywhere)).toBe(false);
});

test.each([
  [undefined, 'text/plain; version=0.0.4'],
  ['application/openmetrics-text;version=1.0.0,text/plain;q=0.5', 'application/openmetrics-text; version=1.0.0'],
])('/metrics for Accept %p is %s', async (accept, contentType) => {
  const reply = await ask('/metrics', accept === undefined ? {} : { accept });
  expect(reply).toMatchObject({ status: 200, contentType: expect.stringContaining(contentType) });
  expect(reply.body.toString()).toContain('keelson_service_info');
});

describe('/info', () => {
  test('says who it is and since when', async () => {
    const parts = partsOf({
      build: { commit: 'abc123', time: '2026-01-01' },
      startedAt: () => '2026-02-02T00:00:00.000Z',
    });
    expect(JSON.parse(String((await ask('/info', { parts })).body))).toEqual({
      ...identity,
      git: { commit: 'abc123' },
      build: { time: '2026-01-01' },
      node: process.version,
      startedAt: '2026-02-02T00:00:00.000Z',
    });
  });

  test('leaves out what nobody told it', async () => {
    expect(JSON.parse(String((await ask('/info')).body))).toEqual({
      ...identity,
      git: {},
      build: {},
      node: process.version,
    });
  });
});

test('/env has every setting, and no secret', async () => {
  const { body } = await ask('/env');
  expect(JSON.parse(String(body))).toMatchObject({ settings: [{ key: 'secret', value: '******', default: '******' }] });
  expect(body).not.toContain('sesame');
});

describe('/loggers', () => {
  test('lists them with their levels', async () => {
    expect(JSON.parse(String((await ask('/loggers')).body))).toEqual({
      levels: ['error', 'warn', 'info', 'debug'],
      loggers: {
        root: { configuredLevel: 'info', effectiveLevel: 'info' },
        access: { configuredLevel: null, effectiveLevel: 'info' },
        db: { configuredLevel: null, effectiveLevel: 'info' },
        'db.pool': { configuredLevel: null, effectiveLevel: 'info' },
      },
    });
  });

  test('shows one', async () => {
    expect(await levelOf('db')).toEqual({ configuredLevel: null, effectiveLevel: 'info' });
  });

  test.each(['nobody', '__proto__', 'constructor', 'toString'])('has no %s', async (name) => {
    expect(await problemOf(ask('/loggers/{name}', { name }))).toEqual([
      'NOT_FOUND',
      `There is no logger '${name}'. /loggers lists them.`,
    ]);
  });

  test('a logger called like a property of every object is a logger', async () => {
    logging.logger.named('__proto__');
    expect(await levelOf('__proto__')).toEqual({ configuredLevel: null, effectiveLevel: 'info' });
  });

  test('sets a level, for what is below it too, and gives it back', async () => {
    expect(await post('db', { configuredLevel: 'DEBUG' })).toEqual({ status: 204, body: '' });
    expect(await levelOf('db')).toEqual({ configuredLevel: 'debug', effectiveLevel: 'debug' });
    expect(await levelOf('db.pool')).toEqual({ configuredLevel: null, effectiveLevel: 'debug' });
    expect(logging.logger.named('db').isEnabled('debug')).toBe(true);
    await post('db', { configuredLevel: null });
    expect(await levelOf('db')).toEqual({ configuredLevel: null, effectiveLevel: 'info' });
  });

  test('a level set for a time reverts', async () => {
    await post('root', { configuredLevel: 'debug', revertAfterMs: 600_000 });
    expect(await levelOf('root')).toEqual({
      configuredLevel: 'debug',
      effectiveLevel: 'debug',
      revertsAt: new Date(clock.wall() + 600_000).toISOString(),
    });
    await clock.advance(600_000);
    expect(await levelOf('root')).toEqual({ configuredLevel: 'info', effectiveLevel: 'info' });
  });

  test.each([
    ['not JSON', 'the body is a JSON object'],
    ['', 'the body is a JSON object'],
    ['null', 'the body is a JSON object'],
    ['7', 'the body is a JSON object'],
    ['[]', 'configuredLevel is a level name or null'],
    ['{}', 'configuredLevel is a level name or null'],
    ['{"configuredLevel":7}', 'configuredLevel is a level name or null'],
    ['{"configuredLevel":"debug","revertAfterMs":"5"}', 'revertAfterMs is a number of milliseconds'],
    ['{"configuredLevel":"loud"}', 'There is no such log level'],
    ['{"configuredLevel":"debug","revertAfterMs":0}', 'A level reverts after 1 to'],
    ['{"configuredLevel":"debug","revertAfterMs":1e99}', 'A level reverts after 1 to'],
  ])('refuses the body %p', async (body, why) => {
    const [code, message] = await problemOf(post('db', body));
    expect([code, message.includes(why)]).toEqual(['BAD_REQUEST', true]);
    expect(await levelOf('db')).toEqual({ configuredLevel: null, effectiveLevel: 'info' });
  });

  test('sets nothing for a logger that is not there', async () => {
    expect((await problemOf(post('nobody', { configuredLevel: 'debug' })))[0]).toBe('NOT_FOUND');
  });
});
