import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ask, type Answer } from '../support/ask';
import { eventually } from '../support/eventually';
import { endPrograms, runProgram, type Program } from '../support/program';
import { has, testWith } from './support/need';
import { postgresPrograms, startPostgres, type Postgres } from './support/postgres';

/** examples/rest-api over a real PostgreSQL server; its own tests run over an embedded one. */
const run = promisify(execFile);
const root = resolve(__dirname, '..', '..');
const example = join(root, 'examples', 'rest-api');
const testWithPostgres = testWith(...postgresPrograms);
let postgres: Postgres;

beforeAll(async () => {
  execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', example], { stdio: 'inherit' });
  if (has(...postgresPrograms)) postgres = await startPostgres();
}, 120_000);
afterAll(async () => {
  endPrograms();
  await postgres?.stop();
});

/** As in the image, and with no wait in a stop. */
function start(url: string, env: Readonly<Record<string, string>> = {}): Program {
  const more = { SHUTDOWN_DRAIN_DELAY_MS: '0', RATINGS_TIMEOUT_MS: '50', HEALTH_INTERVAL_MS: '200', ...env };
  return runProgram(['dist/main.js'], { DATABASE_URL: url, ...more }, example);
}

function send(port: number, method: string, path: string, body?: unknown): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  return ask(port, path, body === undefined ? { method } : { method, headers, body: JSON.stringify(body) });
}

const codeOf = ({ body }: Answer): unknown => (JSON.parse(body) as { code?: unknown }).code;
const rope = { sku: 'rope', name: 'A rope', cents: 900 };
const connectionsOf = (database: string): Promise<string> =>
  postgres.sql('postgres', `select count(*) from pg_stat_activity where datname = '${database}'`);

async function end(program: Program): Promise<void> {
  program.kill('SIGTERM');
  expect(await program.ended).toMatchObject({ code: 0, signal: null });
}

testWithPostgres('its own tests pass', async () => {
  const env = { PATH: process.env['PATH'], NODE_ENV: 'test', TEST_DATABASE_URL: await postgres.database('own_tests') };
  const { stdout } = await run(process.execPath, ['--test'], { cwd: example, env });
  expect(stdout).toMatch(/^# fail 0$/m);
  expect(Number(await postgres.sql('own_tests', 'select count(*) from products'))).toBeGreaterThan(5);
});

testWithPostgres('instances that start at once migrate once; a stop leaves no connection', async () => {
  const url = await postgres.database('started');
  const programs = [1, 2, 3].map(() => start(url));
  const ports = await Promise.all(programs.map((program) => program.ready()));
  const ran = programs.map(({ lines }) => lines.find(({ message }) => message === 'migrated')?.['migrations']);
  expect(ran.flat()).toEqual(['001 products']);
  expect(await postgres.sql('started', 'select name from migrations')).toBe('001 products');

  expect((await send(ports[0] as number, 'POST', '/products', rope)).status).toBe(201);
  expect((await send(ports[1] as number, 'POST', '/products', rope)).status).toBe(409);
  expect(JSON.parse((await send(ports[2] as number, 'GET', '/products/rope')).body)).toMatchObject(rope);
  await Promise.all(programs.map(end));
  await eventually(async () => (await connectionsOf('started')) === '0' || undefined, 'all connections are closed');
});

testWithPostgres('requests beyond the pool wait, and are answered', async () => {
  const program = start(await postgres.database('pool'), {
    DATABASE_CONNECTIONS: '3',
    DATABASE_CONNECT_TIMEOUT_MS: '20000',
  });
  const port = await program.ready();
  const skus = Array.from({ length: 60 }, (_, i) => `rope-${i}`);
  const answers = await Promise.all(skus.map((sku) => send(port, 'POST', '/products', { ...rope, sku })));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  expect(Number(await connectionsOf('pool'))).toBeLessThanOrEqual(3);
  await end(program);
});

testWithPostgres('a statement that takes too long is ended, and its caller told', async () => {
  const program = start(await postgres.database('slow'), { DATABASE_STATEMENT_TIMEOUT_MS: '300' });
  const port = await program.ready();
  await send(port, 'POST', '/products', rope);
  const locked = postgres.sql('slow', 'begin; lock table products; select pg_sleep(3); commit');
  const change = (): Promise<Answer> => send(port, 'PUT', '/products/rope', { name: 'A rope', cents: 1, version: 1 });
  await eventually(
    async () => (await postgres.sql('slow', "select 1 from pg_locks where mode = 'AccessExclusiveLock'")) || undefined,
    'the lock',
  );
  const answer = await change();
  expect([answer.status, codeOf(answer)]).toEqual([504, 'TIMEOUT']);
  await locked;
  expect((await change()).status).toBe(200);
  await end(program);
});

testWithPostgres('a server that dies is missed only while it is away', async () => {
  const program = start(await postgres.database('dies'));
  const port = await program.ready();
  await send(port, 'POST', '/products', rope);
  await postgres.kill();
  const answer = await send(port, 'GET', '/products/rope');
  expect([answer.status, codeOf(answer)]).toEqual([503, 'DATABASE_AWAY']);
  await eventually(async () => (await ask(port, '/health')).status === 503 || undefined, 'it is DOWN');
  expect((await ask(port, '/readyz')).status).toBe(200);
  await postgres.boot();
  expect((await send(port, 'GET', '/products/rope')).status).toBe(200);
  await eventually(async () => (await ask(port, '/health')).status === 200 || undefined, 'it is UP again');
  await end(program);
});

testWithPostgres('a server that hangs is given up, and used again when it is back', async () => {
  const program = start(await postgres.database('hangs'), {
    DATABASE_STATEMENT_TIMEOUT_MS: '300',
    DATABASE_CONNECT_TIMEOUT_MS: '300',
    DATABASE_CONNECTIONS: '1',
    HEALTH_INTERVAL_MS: '3600000',
  });
  const port = await program.ready();
  await send(port, 'POST', '/products', rope);
  await postgres.freeze();
  try {
    const sent = await send(port, 'DELETE', '/products/rope');
    expect([sent.status, JSON.parse(sent.body)]).toMatchObject([504, { code: 'TIMEOUT', outcome: 'unknown' }]);
    // That connection is given up, and no other one can be made.
    const answer = await send(port, 'GET', '/products/rope');
    expect([answer.status, codeOf(answer)]).toEqual([503, 'DATABASE_AWAY']);
  } finally {
    await postgres.thaw();
  }
  // Whether the product was deleted is what was not known.
  await eventually(
    async () => [200, 404].includes((await send(port, 'GET', '/products/rope')).status) || undefined,
    'it is used again',
  );
  await end(program);
});

testWithPostgres('the password is nowhere to be seen', async () => {
  const url = await postgres.database('secret');
  const env = { PATH: process.env['PATH'], DATABASE_URL: url };
  const { stdout } = await run(process.execPath, [join(root, 'dist', 'cli', 'main.js'), 'config'], {
    cwd: example,
    env,
  });
  expect(stdout).toMatch(/^database\.url +url +\S+ +\*{6} +environment variable DATABASE_URL/m);
  expect(stdout).not.toContain(postgres.password);

  const refused = start(url.replace(postgres.password, 'wrong-password-1'), { LOG_LEVEL: 'debug' });
  expect((await refused.ended).code).toBe(1);
  expect(refused.stderr).toMatch(/'database' could not start: password authentication failed/);
  expect(refused.stdout + refused.stderr).not.toContain('wrong-password-1');
});

test('without development dependencies and without DATABASE_URL it says what to do', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-rest-api-'));
  try {
    for (const part of ['dist', 'package.json']) cpSync(join(example, part), join(folder, part), { recursive: true });
    for (const name of ['keelson', 'pg', 'zod', '@opentelemetry/api']) {
      const link = join(folder, 'node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(name === 'keelson' ? root : realpathSync(join(root, 'node_modules', name)), link);
    }
    const program = runProgram(['dist/main.js'], {}, folder);
    expect((await program.ended).code).toBe(1);
    expect(program.stderr).toMatch(/'database' could not start: Set DATABASE_URL/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
