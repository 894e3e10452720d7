import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isKeelsonError } from '../../src/core';
import { httpDefaults, resolveHttpOptions, type HttpOptions } from '../../src/http';
import { chassisSettings } from '../../src/service/settings';

function refused(options: HttpOptions): string[] {
  try {
    resolveHttpOptions(options);
  } catch (error) {
    if (!isKeelsonError(error, 'CONFIG_INVALID')) throw error;
    return error.details['errors'] as string[];
  }
  return [];
}

test('without options there are the defaults', () => {
  expect(resolveHttpOptions()).toEqual(httpDefaults);
  expect(resolveHttpOptions({})).not.toBe(httpDefaults);
  expect(Object.isFrozen(httpDefaults)).toBe(true);
});

test('an option that is undefined counts as not given', () => {
  expect(resolveHttpOptions({ port: undefined, host: undefined } as unknown as HttpOptions)).toEqual(httpDefaults);
});

test('the limits against slow clients hold what was promised', () => {
  expect(httpDefaults.headersTimeoutMs).toBeLessThanOrEqual(10_000);
  expect(httpDefaults.requestTimeoutMs).toBeLessThanOrEqual(30_000);
  expect(httpDefaults.keepAliveTimeoutMs).toBeGreaterThan(60_000); // a balancer's usual 60 s: it must not be the server that closes first
});

test.each<[keyof HttpOptions, number, number]>([
  ['port', 0, 65_535],
  ['bodyLimit', 0, 1024 ** 3],
  ['timeoutMs', 1, 2_147_483_647],
  ['maxInFlight', 1, 1_000_000],
  ['headersTimeoutMs', 1_000, 2_147_483_647],
  ['keepAliveTimeoutMs', 0, 2_147_483_647],
  ['writeStallMs', 1_000, 2_147_483_647],
  ['maxHeaderBytes', 1_024, 1024 ** 2],
  ['maxHeaderFields', 1, 100_000],
])('%s goes from %p to %p', (name, low, high) => {
  const wide = { requestTimeoutMs: 2_147_483_647 };
  for (const value of [low, high]) expect(resolveHttpOptions({ ...wide, [name]: value })[name]).toBe(value);
  for (const value of [low - 1, high + 1, low + 0.5, NaN, Infinity, String(low), null]) {
    expect(refused({ ...wide, [name]: value })).toEqual(
      expect.arrayContaining([expect.stringContaining(`http.${name}: expected`)]),
    );
  }
});

test('the whole request cannot take less than its head', () => {
  expect(refused({ headersTimeoutMs: 5_000, requestTimeoutMs: 4_999 })).toEqual([
    expect.stringContaining('http.requestTimeoutMs'),
  ]);
  expect(refused({ headersTimeoutMs: 5_000, requestTimeoutMs: 5_000 })).toEqual([]);
});

test.each([
  ['host', [''], 7, null],
  ['rawBody', '/a', ['a'], [1]],
  ['bodyTypes', 'text/plain', ['text'], [null]],
  ['trustProxy', 'all', -1, 1.5, ['']],
])('%s is checked too', (name, ...values) => {
  for (const value of values) {
    const options = { [name]: value } as HttpOptions;
    expect(refused(options)).toEqual([expect.stringContaining(`http.${name}: expected`)]);
  }
});

test.each([true, false, 0, 2, ['10.0.0.0/8', 'loopback']])('trustProxy may be %p', (trustProxy) => {
  expect(resolveHttpOptions({ trustProxy }).trustProxy).toBe(trustProxy);
});

test('all that is wrong is said at once', () => {
  expect(refused({ port: -1, host: '', bodyLimit: 1.5, timeoutMs: 0 })).toHaveLength(4);
});

describe('docs/http.md', () => {
  const page = readFileSync(join(__dirname, '../../docs/http.md'), 'utf8');
  const rows = new Map(
    [...page.matchAll(/^\| `([a-zA-Z.]+)` *\| `([A-Z_]+)` *\| *([^|]*?) *\| *([^|]*?) *\|/gm)].map(
      ([, setting, env, unit, value]) => [setting as string, { env, unit, value }],
    ),
  );
  const settings = (['http', 'management'] as const).flatMap((group) =>
    Object.entries(chassisSettings[group]).map(([key, setting]) => ({ name: `${group}.${key}`, setting })),
  );
  const shown = (value: unknown): string => {
    if (value === null) return 'none';
    if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ');
    return value === '' ? 'none' : `${value as string}`;
  };

  test('lists every setting, and none that is not', () => {
    expect([...rows.keys()].sort()).toEqual(settings.map(({ name }) => name).sort());
  });

  test.each(settings)('has the environment name and the default of $name', ({ name, setting }) => {
    const derived = name.replace(/[A-Z]/g, '_$&').replace('.', '_').toUpperCase();
    const env = 'env' in setting ? setting.env : derived;
    expect(rows.get(name)).toMatchObject({ env, value: shown(setting.default) });
    if (name.endsWith('Ms')) expect(rows.get(name)?.unit).toBe('ms');
  });

  test('the defaults of the settings are those of the options', () => {
    const { trustProxy, ...defaults } = Object.fromEntries(
      Object.entries(chassisSettings.http).map(([key, setting]) => [key, setting.default]),
    );
    expect({ ...httpDefaults, trustProxy: 'none' }).toEqual({ ...defaults, trustProxy });
  });
});
