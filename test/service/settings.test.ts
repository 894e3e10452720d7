import { createConfig } from '../../src/config';
import { httpDefaults } from '../../src/http';
import { healthDefaults } from '../../src/health';
import { chassisSettings, trustProxyOf } from '../../src/service/settings';

function configOf(settings: Record<string, unknown> = {}, env: Record<string, string> = {}) {
  return createConfig({ schemas: [{ schema: chassisSettings, deriveEnv: true }], settings, env, argv: [] });
}

function problemsOf(settings: Record<string, unknown>): string[] {
  try {
    configOf(settings);
  } catch (error) {
    return (error as { details: { errors: { message: string }[] } }).details.errors.map(({ message }) => message);
  }
  return [];
}

test('a service needs no setting at all', () => {
  expect(() => configOf()).not.toThrow();
});

test('the defaults are those of the parts', () => {
  const config = configOf();
  expect(config.get('http')).toEqual({ ...httpDefaults, trustProxy: 'none' });
  expect(config.get('health')).toEqual(healthDefaults);
  expect(config.get('shutdown')).toEqual({
    drainDelayMs: 5_000,
    timeoutMs: 25_000,
    gracePeriodMs: null,
    signals: true,
  });
});

test.each([
  ['http.port', 'PORT'],
  ['http.bodyLimit', 'HTTP_BODY_LIMIT'],
  ['http.trustProxy', 'HTTP_TRUST_PROXY'],
  ['management.port', 'MANAGEMENT_PORT'],
  ['management.token', 'MANAGEMENT_TOKEN'],
  ['log.level', 'LOG_LEVEL'],
  ['log.format', 'LOG_FORMAT'],
  ['log.noColor', 'NO_COLOR'],
  ['config.dir', 'CONFIG_DIR'],
  ['config.secretsDir', 'SECRETS_DIR'],
  ['instance.host', 'INSTANCE_HOST'],
  ['shutdown.drainDelayMs', 'SHUTDOWN_DRAIN_DELAY_MS'],
  ['shutdown.timeoutMs', 'SHUTDOWN_TIMEOUT_MS'],
  ['shutdown.signals', 'SHUTDOWN_SIGNALS'],
  ['build.commit', 'GIT_COMMIT'],
  ['build.time', 'BUILD_TIME'],
])('%s is %s', (key, env) => {
  expect(
    configOf()
      .describe()
      .find((one) => one.key === key)?.env,
  ).toBe(env);
});

test('every setting says what it does', () => {
  expect(
    configOf()
      .describe()
      .filter(({ doc }) => doc.length < 10),
  ).toEqual([]);
});

test('the token is masked', () => {
  const token = configOf({ management: { token: 'open-sesame' } })
    .describe()
    .find(({ key }) => key === 'management.token');
  expect(token).toMatchObject({ value: '******', sensitive: true });
});

describe('management.basePath', () => {
  test.each(['', '/actuator', '/a/b-c_d.e~f'])('takes %p', (basePath) => {
    expect(configOf({ management: { basePath } }).get('management.basePath')).toBe(basePath);
  });

  test.each([['actuator'], ['/actuator/'], ['/'], ['/a b'], ['/{name}'], [7]])('refuses %p', (basePath) => {
    expect(problemsOf({ management: { basePath } })).toEqual([
      expect.stringContaining('management.basePath: expected a path like /actuator, without a slash at its end'),
    ]);
  });
});

describe('http.trustProxy', () => {
  test.each<[string, ReturnType<typeof trustProxyOf>]>([
    ['none', false],
    ['false', false],
    ['all', true],
    ['true', true],
    ['2', 2],
    ['loopback', ['loopback']],
    ['10.0.0.0/8, ::1, fd00::/8 ,uniquelocal', ['10.0.0.0/8', '::1', 'fd00::/8', 'uniquelocal']],
  ])('takes %p', (text, meant) => {
    expect(trustProxyOf(configOf({ http: { trustProxy: text } }).get('http.trustProxy'))).toEqual(meant);
  });

  test.each([
    ['somebody'],
    ['10.0.0.0/33'],
    ['::1/129'],
    ['10.0.0.1,'],
    ['1.2.3'],
    ['1.2.3.4/a'],
    [''],
    [true],
    ['-1'],
  ])('refuses %p, since express would refuse it later and without a name', (trustProxy) => {
    expect(problemsOf({ http: { trustProxy } })).toEqual([
      expect.stringContaining('http.trustProxy: expected none, all, a number of hops, or addresses and networks'),
    ]);
  });
});

test('durations and counts have bounds', () => {
  const settings = {
    http: { timeoutMs: 0, maxInFlight: 0, headersTimeoutMs: 5 },
    shutdown: { timeoutMs: 0, drainDelayMs: -1 },
    health: { failures: 101 },
  };
  expect(problemsOf(settings)).toHaveLength(6);
});
