import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from './support/server';

const program = join(__dirname, 'fixtures', 'configured.cjs');
const canary = 'cAnArY-5e1f-0000';

interface Wrong {
  readonly title: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  /** For what no text can say: links, modes, folders. */
  readonly prepare?: (folder: string) => void;
  /** What the report must name. */
  readonly named: readonly string[];
}

const required = { API_TOKEN: 'a token that is long enough' };
const file = (text: string): Readonly<Record<string, string>> => ({ 'config/default.json': text });

const wrongs: readonly Wrong[] = [
  { title: 'a port that is a word', env: { PORT: 'abc' }, named: ['http.port', 'PORT', 'abc'] },
  { title: 'a negative port', env: { PORT: '-1' }, named: ['http.port', '-1'] },
  { title: 'a port beyond 65535', env: { PORT: '70000' }, named: ['http.port', '70000'] },
  { title: 'a port in scientific notation', env: { PORT: '1e3' }, named: ['http.port', '1e3'] },
  { title: 'a port with a unit', env: { PORT: '12abc' }, named: ['http.port', '12abc'] },
  { title: 'a hexadecimal port', env: { PORT: '0x50' }, named: ['http.port', '0x50'] },
  { title: 'a level that there is not', env: { LOG_LEVEL: 'verbose' }, named: ['log.level', 'verbose', 'debug'] },
  { title: 'a format that there is not', env: { LOG_FORMAT: 'xml' }, named: ['log.format', 'xml'] },
  { title: 'a boolean that is none', env: { LOG_ACCESS: 'maybe' }, named: ['log.access', 'maybe'] },
  { title: 'a ratio above 1', env: { LOG_ACCESS_SAMPLE: '1.5' }, named: ['log.accessSample', '1.5'] },
  { title: 'a size that is none', env: { HTTP_BODY_LIMIT: 'big' }, named: ['http.bodyLimit', 'big'] },
  { title: 'a duration of zero', env: { HTTP_TIMEOUT_MS: '0' }, named: ['http.timeoutMs', '0'] },
  {
    title: 'a duration beyond what timers can',
    env: { SHUTDOWN_TIMEOUT_MS: '99999999999' },
    named: ['shutdown.timeoutMs'],
  },
  {
    title: 'headers slower than the whole request',
    env: { HTTP_HEADERS_TIMEOUT_MS: '40000' },
    named: ['http.requestTimeoutMs'],
  },
  { title: 'a base path without its slash', env: { MANAGEMENT_BASE_PATH: 'actuator' }, named: ['management.basePath'] },
  {
    title: 'an OTLP protocol that is not spoken',
    env: { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_TRACES_EXPORTER: 'otlp' },
    named: ['OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json'],
  },
  { title: 'a sampler that there is not', env: { OTEL_TRACES_SAMPLER: 'sometimes' }, named: ['OTEL_TRACES_SAMPLER'] },
  {
    title: 'an endpoint that is no URL',
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' },
    named: ['OTEL_EXPORTER_OTLP_ENDPOINT'],
  },
  { title: 'a required setting that is missing', env: { API_TOKEN: '' }, named: ['api.token', 'API_TOKEN'] },
  { title: 'a secret that is too short', env: { API_TOKEN: 'cAnArY-' }, named: ['api.token'] },
  { title: 'a file that is not JSON', files: file('{"http": {"port": 8080,}}'), named: ['config/default.json', '1:'] },
  { title: 'an empty file', files: file(''), named: ['config/default.json'] },
  { title: 'a file that is a list', files: file('[1]'), named: ['config/default.json'] },
  { title: 'broken YAML', files: { 'config/default.yaml': 'http:\n  port: [1\n' }, named: ['config/default.yaml'] },
  {
    title: 'two files for one layer',
    files: { 'config/default.json': '{}', 'config/default.yaml': '{}' },
    named: ['default.json', 'default.yaml'],
  },
  { title: 'an unknown key', files: file('{"http": {"prot": 1}}'), named: ['http.prot', 'http.port'] },
  {
    title: 'a key that reaches for the prototype',
    files: file('{"__proto__": {"polluted": true}}'),
    named: ['__proto__'],
  },
  {
    title: 'text where a number belongs',
    files: file('{"http": {"maxInFlight": "100"}}'),
    named: ['http.maxInFlight', '100'],
  },
  {
    title: 'a group where a value belongs',
    files: file(`{"api": {"token": {"deep": "${canary}"}}}`),
    env: { API_TOKEN: '' },
    named: ['api.token'],
  },
  {
    title: 'a folder in place of a file',
    prepare: (folder) => mkdirSync(join(folder, 'config/default.json'), { recursive: true }),
    named: ['config/default.json'],
  },
  {
    title: 'a link that leads to itself',
    prepare: (folder) => loop(join(folder, 'config'), 'default.json'),
    named: ['config/default.json'],
  },
  {
    title: 'a secrets folder that is not there',
    env: { SECRETS_DIR: 'nowhere' },
    named: ['config.secretsDir', 'nowhere'],
  },
  {
    title: 'a secret file that is not there',
    env: { API_TOKEN: '', API_TOKEN_FILE: 'nowhere' },
    named: ['api.token', 'API_TOKEN_FILE'],
  },
  { title: 'a flag with an unknown key', flags: ['--http.prot=1'], named: ['http.prot', 'http.port'] },
  { title: 'a flag with a wrong value', flags: ['--http.port=abc'], named: ['http.port', 'abc'] },
  {
    title: 'five things at once',
    env: { PORT: 'abc', LOG_LEVEL: 'loud', HTTP_TIMEOUT_MS: 'soon', API_TOKEN: '' },
    files: file('{"nope": 1}'),
    named: ['http.port', 'log.level', 'http.timeoutMs', 'api.token', 'nope'],
  },
];

function loop(folder: string, name: string): void {
  mkdirSync(folder, { recursive: true });
  symlinkSync(name, join(folder, name));
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

test('there are at least 30 of them', () => expect(wrongs.length).toBeGreaterThanOrEqual(30));

test('the same program with a valid configuration starts', () => {
  const output = execFileSync(process.execPath, [program], {
    env: { ...required, PORT: '0', HTTP_HOST: '127.0.0.1', STOP_AT_ONCE: '1' },
    encoding: 'utf8',
  });
  expect(output).toContain('"message":"ready"');
});

test.each(wrongs.map((wrong) => [wrong.title, wrong] as const))('%s is refused', async (_title, wrong) => {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-wrong-'));
  for (const [name, text] of Object.entries(wrong.files ?? {})) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  wrong.prepare?.(folder);
  chmodSync(folder, 0o755);
  const port = await freePort();
  const env = { PATH: process.env['PATH'], PORT: String(port), HTTP_HOST: '127.0.0.1', ...required, ...wrong.env };
  const begun = performance.now();
  const child = spawn(process.execPath, [program, ...(wrong.flags ?? [])], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let report = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (report += chunk));
  let opened = false;
  const ended = once(child, 'close');
  while (child.exitCode === null && !opened && performance.now() - begun < 5_000) opened = await isOpen(port);
  child.kill('SIGKILL');
  await ended;
  const took = performance.now() - begun;
  rmSync(folder, { recursive: true, force: true });

  expect({ code: child.exitCode, opened, out }).toEqual({ code: 78, opened: false, out: '' });
  for (const name of wrong.named) expect(report).toContain(name);
  expect(report).not.toMatch(/^\s+at /m);
  expect(report.toLowerCase()).not.toContain(canary.toLowerCase().slice(0, 6));
  expect(took).toBeLessThan(2_000);
});
