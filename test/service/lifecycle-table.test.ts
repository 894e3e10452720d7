import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConfig } from '../../src/config';
import { createService, type Service } from '../../src/service';
import { type Running } from '../../src/service/process-record';
import { chassisSettings } from '../../src/service/settings';
import { ask, refusalOf, type Answer } from '../support/ask';
import { captureLog, type CapturedLog } from '../support/captured-log';
import { eventually } from '../support/eventually';
import { freePort } from '../support/free-port';

/** docs/lifecycle.md says who answers what in each state. Here a service is asked. */
const page = readFileSync(join(__dirname, '../../docs/lifecycle.md'), 'utf8');

/** The cells of a table, by the title of its first column. */
function tableOf(first: string): string[][] {
  const lines = page.split('\n');
  const head = lines.findIndex((line) => line.startsWith(`| ${first} |`));
  const end = lines.findIndex((line, i) => i > head && !line.startsWith('|'));
  const cells = lines.slice(head, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  return cells.filter((_row, i) => i !== 1);
}

const [head = [], ...rows] = tableOf('path');
const states = head.slice(1);
const paths = rows.map(([cell = '']) => (cell.startsWith('`') ? cell.slice(1, -1) : '/some/path'));

let log: CapturedLog;

beforeEach(() => {
  log = captureLog();
});

afterEach(() => log.restore());

function shown(path: string, answer: Answer): string {
  return path === '/some/path' && answer.status === 200 && answer.body === 'mine'
    ? 'the service'
    : String(answer.status);
}

/** What each path answers just now: the column of a state. */
async function columnOf(port: number, inspect: (path: string, answer: Answer) => void): Promise<string[]> {
  const column: string[] = [];
  for (const path of paths) {
    const answer = await ask(port, path).catch((error: NodeJS.ErrnoException) => error);
    if (!('status' in answer)) column.push(answer.code === 'ECONNREFUSED' ? '-' : String(answer.code));
    else {
      inspect(path, answer);
      column.push(shown(path, answer));
    }
  }
  return column;
}

function make(port: number, more: Record<string, Record<string, unknown>> = {}): Service & Running {
  const settings = {
    http: { port, host: '127.0.0.1' },
    shutdown: { drainDelayMs: 60_000, timeoutMs: 120_000 },
    ...more,
  };
  const service = createService({ name: 'tested', settings });
  service.app.get('/some/path', (_req, res) => void res.send('mine'));
  return service as Service & Running;
}

test('the table is the one that is meant', () => {
  expect(states).toEqual(['created', 'starting', 'ready', 'draining', 'stopped']);
  expect(paths).toEqual(['/livez', '/readyz', '/startupz', '/health', '/metrics', '/some/path']);
});

test('a service answers in each state as the table says', async () => {
  const port = await freePort();
  const service = make(port);
  const found: Record<string, string[]> = {};
  const look = async (inspect: (path: string, answer: Answer) => void = () => undefined): Promise<void> => {
    found[service.state] = await columnOf(port, inspect);
  };
  let letGo: (() => void) | undefined;
  service.use({ name: 'slow', start: () => new Promise<void>((resolve) => (letGo = resolve)) });

  await look();
  const started = service.start();
  const finish = await eventually(() => letGo, 'the start of the component');
  await look((path, { headers, body }) => {
    if (path !== '/some/path') return;
    expect([headers['retry-after'], headers['content-type']]).toEqual(['1', 'application/problem+json']);
    expect(body).toContain('"code":"NOT_STARTED"');
  });
  finish();
  await started;
  await look((_path, { headers }) => expect(headers.connection).toBe('keep-alive'));
  const stopped = service.shutDown({ reason: 'SIGTERM', drainDelay: true });
  await look((_path, { headers }) => expect(headers.connection).toBe('close'));
  await service.shutDown({ reason: 'enough', drainDelay: false, limitMs: 5_000 });
  await stopped;
  await look();

  const table = states.map((state, i) => [state, rows.map((row) => row[i + 1])]);
  expect(found).toEqual(Object.fromEntries(table));
});

test('a service that failed answers like one that has stopped', async () => {
  const port = await freePort();
  const service = make(port);
  service.use({ name: 'bad', start: () => Promise.reject(new Error('broken')) });
  await expect(service.start()).rejects.toThrow('broken');
  expect(service.state).toBe('failed');
  expect(await refusalOf(port)).toBe('ECONNREFUSED');
});

test('after the delay the http port is closed, and a management port answers until the components have stopped', async () => {
  const service = make(0, { management: { port: 0 } });
  let letGo: (() => void) | undefined;
  service.use({ name: 'slow', stop: () => new Promise<void>((resolve) => (letGo = resolve)) });
  const { port, managementPort = 0 } = await service.start();
  const stopped = service.stop();
  const finish = await eventually(() => letGo, 'the stop of the component');
  expect(await refusalOf(port, '/livez')).toBe('ECONNREFUSED');
  const statuses = await Promise.all(paths.slice(0, 5).map(async (path) => (await ask(managementPort, path)).status));
  expect(statuses).toEqual([200, 503, 200, 503, 200]);
  finish();
  await stopped;
  expect(await refusalOf(managementPort, '/livez')).toBe('ECONNREFUSED');
});

test('the settings are described as they are', () => {
  const config = createConfig({ schemas: [{ schema: chassisSettings, deriveEnv: true }], env: {}, argv: [] });
  const own = config.describe().filter(({ key }) => key.startsWith('shutdown.'));
  const [, ...described] = tableOf('setting');
  expect(described.map(([key, env, , value]) => [key, env, value])).toEqual(
    own.map(({ key, env, default: value }) => [
      `\`${key}\``,
      `\`${String(env)}\``,
      value === null ? 'unset' : JSON.stringify(value),
    ]),
  );
});
