import { createConfig } from '../../src/config';
import { chassisSettings } from '../../src/service/settings';
import { checkChassis } from '../../src/service/setting-rules';

function brokenBy(env: Record<string, string>): string[] {
  try {
    createConfig({ schemas: [{ schema: chassisSettings, deriveEnv: true, check: checkChassis }], env, argv: [] });
  } catch (error) {
    return (error as { details: { errors: { key: string }[] } }).details.errors.map(({ key }) => key);
  }
  return [];
}

test('the defaults break none', () => expect(brokenBy({})).toEqual([]));

test.each([
  [{ HTTP_HEADERS_TIMEOUT_MS: '40000' }, ['http.requestTimeoutMs']],
  [{ HTTP_HEADERS_TIMEOUT_MS: '40000', HTTP_REQUEST_TIMEOUT_MS: '40000' }, []],
  [{ HTTP_BODY_LIMIT: '1GB' }, []],
  [{ HTTP_BODY_LIMIT: '2GB' }, ['http.bodyLimit']],
  [{ HTTP_RAW_BODY: '/hooks/*' }, []],
  [{ HTTP_RAW_BODY: '/a,hooks' }, ['http.rawBody']],
  [{ HTTP_BODY_TYPES: 'text/csv' }, []],
  [{ HTTP_BODY_TYPES: 'csv' }, ['http.bodyTypes']],
  [{ LOG_MAX_BUFFERED: '1023' }, ['log.maxBuffered']],
  [{ EUREKA_URL: 'http://a:8761/eureka,https://b/eureka' }, []],
  [{ EUREKA_URL: 'http://a:8761/eureka,b:8761' }, ['eureka.url']],
  [{ DISCOVERY: 'eureka' }, ['eureka.url']],
  [{ DISCOVERY_STATIC: '{"a":["http://a:1"],"b":[]}' }, []],
  [{ DISCOVERY_STATIC: '{"a":"http://a:1"}' }, ['discovery.static']],
  [{ DISCOVERY_STATIC: '{"a":["a:1"]}' }, ['discovery.static']],
] as const)('%j breaks %j', (env, keys) => expect(brokenBy({ ...env })).toEqual(keys));

test('the host that an empty text would be', () => {
  const settings = { http: { host: '' } };
  const make = (): unknown =>
    createConfig({
      schemas: [{ schema: chassisSettings, deriveEnv: true, check: checkChassis }],
      settings,
      env: {},
      argv: [],
    });
  expect(make).toThrow(/http\.host: expected a host name or address/);
});

test('settings that are not valid by themselves are told once', () => {
  expect(brokenBy({ HTTP_RAW_BODY: '', HTTP_REQUEST_TIMEOUT_MS: 'x', LOG_MAX_BUFFERED: 'y' }).sort()).toEqual([
    'http.requestTimeoutMs',
    'log.maxBuffered',
  ]);
});
