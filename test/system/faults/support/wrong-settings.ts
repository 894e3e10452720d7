import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canary, type Wrong } from './refused-start';

const file = (text: string): Readonly<Record<string, string>> => ({ 'config/default.json': text });
const inConfig = (make: (path: string) => void) => (folder: string) => {
  mkdirSync(join(folder, 'config'), { recursive: true });
  make(join(folder, 'config/default.json'));
};
const jsonFile = ['config/default.json'];

/** Files that are broken, missing or cannot be read. */
export const brokenFiles: readonly Wrong[] = [
  { title: 'not JSON', files: file('{"http": {"port": 8080,}}'), wrong: jsonFile, named: ['default.json:1:24'] },
  { title: 'JSON that is cut off', files: file('{"http": {\n"port": 80'), wrong: jsonFile, named: ['default.json:2:'] },
  { title: 'an empty file', files: file(''), wrong: jsonFile },
  { title: 'a list', files: file('[1]'), wrong: ['the whole'], named: jsonFile },
  {
    title: 'bytes that are no text',
    prepare: inConfig((path) => writeFileSync(path, '\xff\xfe{}', 'latin1')),
    wrong: jsonFile,
  },
  { title: 'a file beyond every limit', files: file(`{"a":"${'x'.repeat(1_100_000)}"}`), wrong: jsonFile },
  { title: 'a name twice', files: file('{"http":{},"http":{}}'), wrong: jsonFile, named: ['1:12'] },
  {
    title: 'broken YAML',
    files: { 'config/default.yaml': 'http:\n  port: [1\n' },
    wrong: ['config/default.yaml'],
    named: ['default.yaml:'],
  },
  {
    title: 'two files for one layer',
    files: { 'config/default.json': '{}', 'config/default.yaml': '{}' },
    wrong: ['config/default'],
    named: ['default.json', 'default.yaml'],
  },
  { title: 'a folder in place of a file', prepare: inConfig((path) => mkdirSync(path)), wrong: jsonFile },
  {
    title: 'a link that leads to itself',
    prepare: inConfig((path) => symlinkSync('default.json', path)),
    wrong: jsonFile,
  },
  {
    // Root may read everything but this.
    title: 'a file that cannot be read',
    prepare: inConfig((path) => {
      if (process.getuid?.() === 0) return symlinkSync('/proc/self/mem', path);
      writeFileSync(path, '{}');
      chmodSync(path, 0);
    }),
    wrong: jsonFile,
  },
  { title: 'a folder that is not there', env: { CONFIG_DIR: 'nowhere' }, wrong: ['config.dir'], named: ['nowhere'] },
  { title: 'no secrets folder', env: { SECRETS_DIR: 'nowhere' }, wrong: ['config.secretsDir'], named: ['nowhere'] },
  {
    title: 'a secret file that is not there',
    env: { API_TOKEN: '', API_TOKEN_FILE: 'nowhere' },
    wrong: ['api.token'],
    named: ['API_TOKEN_FILE', 'nowhere'],
  },
  {
    title: 'a certificate that is not there',
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://127.0.0.1', OTEL_EXPORTER_OTLP_CERTIFICATE: 'nowhere' },
    wrong: ['otel.exporterOtlpCertificate'],
    named: ['nowhere'],
  },
];

const variable = (key: string, name: string, value: string, ...named: readonly string[]): Wrong => ({
  title: `${name}=${value}`,
  env: { [name]: value },
  wrong: [key],
  named: [value, ...named],
});

const singleVariables: readonly Wrong[] = [
  ...['abc', '-1', '70000', '1e3', '12abc', '0x50', ' 80', '8080.5'].map((port) => variable('http.port', 'PORT', port)),
  variable('log.level', 'LOG_LEVEL', 'verbose', 'debug'),
  variable('log.format', 'LOG_FORMAT', 'xml'),
  variable('log.access', 'LOG_ACCESS', 'maybe'),
  variable('log.accessSample', 'LOG_ACCESS_SAMPLE', '1.5'),
  variable('log.maxBuffered', 'LOG_MAX_BUFFERED', '10'),
  variable('http.bodyLimit', 'HTTP_BODY_LIMIT', 'big'),
  variable('http.timeoutMs', 'HTTP_TIMEOUT_MS', '0'),
  variable('shutdown.timeoutMs', 'SHUTDOWN_TIMEOUT_MS', '99999999999'),
  variable('management.basePath', 'MANAGEMENT_BASE_PATH', 'actuator'),
  variable('http.rawBody', 'HTTP_RAW_BODY', 'hooks'),
  variable('otel.tracesSampler', 'OTEL_TRACES_SAMPLER', 'sometimes'),
  variable('otel.exporterOtlpEndpoint', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'),
  variable('otel.bspMaxQueueSize', 'OTEL_BSP_MAX_QUEUE_SIZE', '-1'),
];
const otlp = { OTEL_TRACES_EXPORTER: 'otlp' };
const relatedVariables: readonly Wrong[] = [
  {
    title: 'headers slower than the whole request',
    env: { HTTP_HEADERS_TIMEOUT_MS: '40000' },
    wrong: ['http.requestTimeoutMs'],
    named: ['http.headersTimeoutMs', '40000'],
  },
  {
    title: 'an OTLP protocol that is not spoken',
    env: { ...otlp, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    wrong: ['otel.exporterOtlpProtocol'],
    named: ['OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json'],
  },
  { title: 'a required one that is empty', env: { API_TOKEN: '' }, wrong: ['api.token'], named: ['API_TOKEN'] },
];
const together = [...relatedVariables, ...singleVariables];
/** Environment variables with values that are not valid, one by one and all at once. */
export const wrongVariables: readonly Wrong[] = [
  ...together,
  {
    title: 'all of them at once, and a file and a flag beside',
    env: Object.assign({}, ...together.map(({ env }) => env)) as Record<string, string>,
    files: file('{"nope": 1}'),
    flags: ['--health.failures=many'],
    wrong: [...new Set(together.flatMap(({ wrong }) => wrong)), 'nope', 'health.failures'],
  },
];

/** Typos and other names that there are not. */
export const unknownNames: readonly Wrong[] = [
  {
    title: 'a typo in a file',
    files: file('{"http": {"prot": 1}}'),
    wrong: ['http.prot'],
    named: ['http.port', '1:11'],
  },
  { title: 'a typo in a group', files: file('{"htpp": {}}'), wrong: ['htpp'], named: ['"http"'] },
  {
    title: 'a typo in YAML',
    files: { 'config/default.yml': 'log:\n  levle: info\n' },
    wrong: ['log.levle'],
    named: ['log.level', '2:3'],
  },
  {
    title: 'a typo in the environment’s file',
    env: { NODE_ENV: 'live' },
    files: { 'config/live.json': '{"api":{"tokn":1}}' },
    wrong: ['api.tokn'],
    named: ['api.token', 'live.json'],
  },
  { title: 'a flag with a typo', flags: ['--http.prot=1'], wrong: ['http.prot'], named: ['http.port'] },
  { title: 'a flag with a wrong value', flags: ['--http.port=abc'], wrong: ['http.port'], named: ['abc'] },
  { title: 'the prototype', files: file('{"__proto__": {"polluted": true}}'), wrong: ['__proto__'] },
  {
    title: 'text for a number',
    files: file('{"http": {"maxInFlight": "100"}}'),
    wrong: ['http.maxInFlight'],
    named: ['100'],
  },
  { title: 'a value for a group', files: file('{"http": 8080}'), wrong: ['http'] },
  {
    title: 'an unknown name beside one',
    files: file('{"a": 1, "b": 2, "http": {"c": 3}}'),
    wrong: ['a', 'b', 'http.c'],
  },
];

const otlpUrl = 'otel.exporterOtlpEndpoint';
/** Settings with a secret where they are wrong. */
export const plantedSecrets: readonly Wrong[] = [
  { title: 'too short', env: { API_TOKEN: 'cAnArY-' }, wrong: ['api.token'] },
  {
    title: 'a number',
    files: file(`{"api": {"token": 7}}`),
    env: { API_TOKEN: '', OTHER: canary },
    wrong: ['api.token'],
  },
  {
    title: 'a group',
    files: file(`{"api": {"token": {"deep": "${canary}"}}}`),
    env: { API_TOKEN: '' },
    wrong: ['api.token'],
  },
  { title: 'a list', files: file(`{"api": {"token": ["${canary}"]}}`), env: { API_TOKEN: '' }, wrong: ['api.token'] },
  { title: 'under a typo', files: file(`{"api": {"tokn": "${canary}"}}`), wrong: ['api.tokn'] },
  { title: 'a short one as a flag', flags: ['--api.token=cAnArY-'], wrong: ['api.token'] },
  { title: 'under a typo as a flag', flags: [`--api.tokn=${canary}`], wrong: ['api.tokn'] },
  { title: 'where JSON breaks', files: file(`{"api": {"token": "${canary}" ${canary}}}`), wrong: jsonFile },
  { title: 'where JSON ends', files: file(`{"api": {"token": "${canary}`), wrong: jsonFile },
  {
    title: 'where YAML breaks',
    files: { 'config/default.yaml': `api:\n  token: *${canary}\n` },
    wrong: ['config/default.yaml'],
  },
  {
    title: 'in a secret file',
    files: { token: `cAnArY-` },
    env: { API_TOKEN: '', API_TOKEN_FILE: 'token' },
    wrong: ['api.token'],
  },
  {
    title: 'in the secrets folder',
    files: { 'secrets/API_TOKEN': `cAnArY-\n` },
    env: { API_TOKEN: '', SECRETS_DIR: 'secrets' },
    wrong: ['api.token'],
  },
  {
    title: 'in a URL',
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: `ftp://user:${canary}@host` },
    wrong: [otlpUrl],
    named: ['host'],
  },
  {
    title: 'in a URL without its slashes',
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: `http:user:${canary}@host:x` },
    wrong: [otlpUrl],
  },
  { title: 'in what is no URL', env: { OTEL_EXPORTER_OTLP_ENDPOINT: `user:${canary}@host` }, wrong: [otlpUrl] },
  {
    title: 'in Zipkin’s URL',
    env: { OTEL_TRACES_EXPORTER: 'zipkin', OTEL_EXPORTER_ZIPKIN_ENDPOINT: `http//u:${canary}@h` },
    wrong: ['otel.exporterZipkinEndpoint'],
  },
  {
    title: 'in headers',
    env: { ...otlp, OTEL_EXPORTER_OTLP_HEADERS: `x y=${canary}` },
    wrong: ['otel.exporterOtlpHeaders'],
  },
  {
    title: 'in headers that are no pairs',
    env: { ...otlp, OTEL_EXPORTER_OTLP_HEADERS: canary },
    wrong: ['otel.exporterOtlpHeaders'],
  },
];
