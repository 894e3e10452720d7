import { type AskOptions } from '../../../support/ask';

const token = { authorization: 'Bearer only-for-this-test-0123' };

/** A request to the running service that tries to leave something with every object. */
export interface Attempt {
  readonly what: string;
  readonly path: string;
  readonly options?: AskOptions;
  readonly statuses: readonly number[];
  /** What must not be in the answer. */
  readonly never?: RegExp;
}

function post(
  what: string,
  path: string,
  body: string | object,
  status: number,
  headers: Record<string, string> = {},
): Attempt {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const options = { method: 'POST', body: text, headers: { 'content-type': 'application/json', ...headers } };
  return { what, path, options, statuses: [status], never: path === '/error' ? /^$/ : /"isAdmin":true|"code":"read"/ };
}

function get(what: string, path: string, status: number, headers: Record<string, string> = {}): Attempt {
  return { what, path, options: { headers }, statuses: [status] };
}

const own = '{"__proto__":{"polluted":true,"isAdmin":true},"constructor":{"prototype":{"polluted":true}}}';

/** Everything that the running service parses. */
export const attempts: readonly Attempt[] = [
  post('a member of the body', '/body', '{"__proto__":{"isAdmin":true}}', 400),
  post(
    'a member of the body, spelled with escapes',
    '/body',
    '{"\\u005f\\u005fproto\\u005f\\u005f":{"isAdmin":true}}',
    400,
  ),
  post('a member of the body, deep in an array', '/body', '{"a":[{"b":[{"__proto__":{"isAdmin":true}}]}]}', 400),
  post('the constructor in the body', '/body', '{"constructor":{"prototype":{"isAdmin":true,"polluted":true}}}', 200),
  post('a body that a schema copies', '/checked', '{"a":{"__proto__":{"isAdmin":true}}}', 400),
  post('the query that a schema copies', '/checked?__proto__=isAdmin&__proto__[isAdmin]=true', '{}', 200),
  get('a name in the query', '/query?__proto__=polluted&constructor=polluted', 200),
  get('a name with brackets in the query', '/query?__proto__[polluted]=1&constructor[prototype][polluted]=1', 200),
  get('a name with dots in the query', '/query?__proto__.polluted=1&constructor.prototype.polluted=1', 200),
  get('a parameter of the path', '/params/__proto__', 200),
  get('a parameter of a nested router', '/sub/__proto__', 200),
  get('a path', '/__proto__/polluted', 404),
  get('a header', '/headers', 200, { __proto__x: 'polluted', ['__proto__']: 'polluted', constructor: 'polluted' }),
  get('the request id', '/', 200, { 'x-request-id': '__proto__' }),
  get('the baggage', '/', 200, { baggage: '__proto__=polluted,constructor=polluted,__proto__.polluted=1' }),
  get('the trace state', '/', 200, {
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    tracestate: '__proto__=polluted,constructor=polluted',
  }),
  get('the media types of a scrape', '/metrics', 200, {
    accept: '__proto__;q=1,application/openmetrics-text;__proto__=1',
  }),
  post('a media type', '/body', '{}', 415, { 'content-type': '__proto__' }),
  post('an encoding', '/body', '{}', 415, { 'content-encoding': '__proto__' }),
  post('fields of a log line', '/log', { fields: own, name: '__proto__' }, 200),
  post('the name of a logger', '/log', { fields: '{}', name: 'constructor.prototype.polluted' }, 200),
  post('the level of a logger of that name', '/loggers/__proto__', { configuredLevel: 'debug' }, 204, token),
  post('the level of a logger that there is not', '/loggers/prototype', { configuredLevel: 'debug' }, 404, token),
  post('the body of a level', '/loggers/root', '{"__proto__":{"configuredLevel":"debug"}}', 400, token),
  post('the value of a label', '/count', { word: '__proto__' }, 200),
  post(
    'the name of a label',
    '/metric',
    { name: 'a_total', labels: '{"__proto__":"polluted","constructor":"polluted"}' },
    500,
  ),
  post('the name of a metric', '/metric', { name: '__proto__', labels: '{}' }, 500),
  post('details of an error', '/error', { details: own }, 400),
  post('what a health check tells', '/check', { name: 'told', told: `{"details":${own}}` }, 200),
  post('the name of a health check', '/check', { name: '__proto__', told: '{}' }, 500),
  post('the group of a health check', '/check', { name: 'grouped', told: '{}', group: 'constructor' }, 200),
  post('settings from elsewhere', '/remote', { tree: own }, 200),
  post('settings from elsewhere, deeper', '/remote', { tree: '{"a":{"__proto__":{"b":"polluted"}}}' }, 200),
  get('all settings', '/env', 200, token),
  get('all checks', '/health', 200, token),
];

/** A start with something in what is read then, and how it ends. */
export interface Start {
  readonly what: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly ends: 'ready' | 78;
}

const yaml = '__proto__:\n  polluted: true\n';

export const starts: readonly Start[] = [
  {
    what: 'variables of that name',
    env: { ['__proto__']: 'polluted', constructor: 'polluted', prototype: 'x' },
    ends: 'ready',
  },
  { what: 'a variable with the name of a file', env: { OWN_TOKEN_FILE: '__proto__' }, ends: 78 },
  { what: 'a name in a JSON file', files: { 'config/default.json': '{"__proto__":{"polluted":true}}' }, ends: 78 },
  {
    what: 'a name in a group of a JSON file',
    files: { 'config/default.json': '{"own":{"__proto__":{"token":"x"}}}' },
    ends: 78,
  },
  {
    what: 'the constructor in a JSON file',
    files: { 'config/default.json': '{"constructor":{"prototype":{"polluted":1}}}' },
    ends: 78,
  },
  { what: 'a name in a YAML file', files: { 'config/default.yaml': yaml }, ends: 78 },
  {
    what: 'a merge in a YAML file',
    files: { 'config/default.yaml': `a: &a\n  ${yaml.replace('\n', '\n  ')}\n<<: *a\n` },
    ends: 78,
  },
  { what: 'a file for an environment of that name', env: { NODE_ENV: '__proto__' }, ends: 'ready' },
  {
    what: 'a secret file of that name',
    files: { 'secrets/__proto__': 'polluted', 'secrets/own.token': 'x' },
    env: { SECRETS_DIR: 'secrets' },
    ends: 'ready',
  },
  { what: 'a flag', flags: ['--__proto__.polluted=1', '--constructor.prototype.polluted=1'], ends: 'ready' },
  { what: 'a flag in a group', flags: ['--own.__proto__.polluted=1'], ends: 78 },
  { what: 'settings in code', env: { SETTINGS: '{"__proto__":{"polluted":true}}' }, ends: 78 },
  {
    what: 'resource attributes',
    env: { OTEL_RESOURCE_ATTRIBUTES: '__proto__=polluted,constructor=polluted' },
    ends: 'ready',
  },
  { what: 'a list of names to mask', env: { LOG_REDACT: '__proto__,constructor,toString' }, ends: 'ready' },
];
