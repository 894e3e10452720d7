import { isKeelsonError } from '../../src/core';
import { create } from './support/invalid';

const port = { doc: 'x', format: 'port', default: 1 };
const schema = { http: { port, other: port }, labels: { doc: 'x', format: 'map', default: {} } };
const signal = new AbortController().signal;

function changing(...answers: readonly unknown[]) {
  const left = [...answers];
  return create(schema, { remote: [{ name: 'central', load: async () => left.shift() }] });
}

test('unknown paths throw and name the nearest', () => {
  const config = create(schema);
  for (const path of ['http.prot', '', '__proto__', 'constructor', 'http.port.x', 'http.']) {
    expect(() => config.get(path)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    expect(() => config.onChange(path, () => undefined)).toThrow();
    expect(config.has(path)).toBe(false);
  }
  expect(() => config.get('http.prot')).toThrow('Did you mean "http.port"?');
  expect(() => config.get('zzzzzzzz')).toThrow('There is no setting "zzzzzzzz".');
  expect(config.has('http')).toBe(true);
});

test('listeners hear of changes of their setting or group, and of nothing else', async () => {
  const config = changing(
    { http: { port: 2 }, labels: { a: 1 } },
    { http: { port: 2, other: 5 }, labels: { a: 1 } },
    {},
  );
  const heard: unknown[] = [];
  for (const path of ['http.port', 'http', 'labels', 'http.other']) {
    config.onChange(path, (value, previous) => heard.push([path, value, previous]));
  }
  const off = config.onChange('http.port', () => heard.push('no'));
  off();
  off();
  await config.loadRemote(signal);
  expect(heard.splice(0)).toEqual([
    ['http.port', 2, 1],
    ['http', { port: 2, other: 1 }, { port: 1, other: 1 }],
    ['labels', { a: 1 }, {}],
  ]);
  await config.loadRemote(signal);
  expect(heard.splice(0).map((entry) => (entry as unknown[])[0])).toEqual(['http', 'http.other']);
  await config.loadRemote(signal);
  expect(config.get('http')).toEqual({ port: 1, other: 1 });
});

test('what is invalid as a whole changes nothing, and no listener hears of it', async () => {
  const config = changing({ http: { port: 2 } }, { http: { port: 'abc', other: 3 }, htpp: {} }, 'text');
  await config.loadRemote(signal);
  const heard = jest.fn();
  config.onChange('http', heard);
  const error: unknown = await config.loadRemote(signal).catch((thrown: unknown) => thrown);
  expect(isKeelsonError(error, 'CONFIG_INVALID') && error.details['errors']).toHaveLength(2);
  await expect(config.loadRemote(signal)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  expect(config.get('http')).toEqual({ port: 2, other: 1 });
  expect(heard).not.toHaveBeenCalled();
});

test('required and missing even after the remote sources', async () => {
  const config = create(
    { a: { doc: 'x', format: 'port', required: true } },
    { remote: [{ name: 'central', load: async () => ({}) }] },
  );
  expect(() => config.get('a')).toThrow('a may come from central, which is asked when the service starts');
  await expect(config.loadRemote(signal)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  expect(() => config.get('a')).toThrow(expect.objectContaining({ code: 'NOT_STARTED' }));
  expect(config.describe()[0]).toMatchObject({ value: undefined, winner: undefined });
});

test('every listener is called, also when one throws; all failures are reported', async () => {
  const config = changing({ http: { port: 2 } }, { http: { port: 3 } });
  const first = new Error('first');
  const heard = jest.fn();
  config.onChange('http.port', () => {
    throw first;
  });
  config.onChange('http.port', heard);
  await expect(config.loadRemote(signal)).rejects.toMatchObject({ code: 'INTERNAL', cause: first });
  expect(heard).toHaveBeenCalledWith(2, 1);
  config.onChange('http.port', () => {
    throw new Error('second');
  });
  await expect(config.loadRemote(signal)).rejects.toMatchObject({ cause: expect.any(AggregateError) });
  expect(config.get('http.port')).toBe(3);
});

test('two loadings take effect one after the other', async () => {
  const release: (() => void)[] = [];
  const answers = [2, 3];
  const remote = [
    {
      name: 'central',
      load: async () => {
        const value = answers.shift();
        if (value === 2) await new Promise<void>((resolve) => release.push(resolve));
        return { http: { port: value } };
      },
    },
  ];
  const config = create(schema, { remote });
  const both = [config.loadRemote(signal), config.loadRemote(signal)];
  await new Promise((resolve) => setImmediate(resolve));
  release[0]?.();
  await Promise.all(both);
  expect(config.get('http.port')).toBe(3);
});

test('without remote sources there is nothing to load', async () => {
  const config = create(schema);
  await config.loadRemote(signal);
  expect(config.get('http.port')).toBe(1);
});

test('the secrets are one frozen list until something changes', async () => {
  const key = { doc: 'x', format: 'string', default: 'first-secret', sensitive: true };
  const answers = [{ key: 'second-secret' }];
  const config = create({ key }, { remote: [{ name: 'central', load: async () => answers.shift() }] });
  const before = config.secrets();
  expect(before).toEqual(['first-secret']);
  expect(Object.isFrozen(before)).toBe(true);
  expect(config.secrets()).toBe(before);
  await config.loadRemote(signal);
  expect(config.secrets()).toContain('second-secret');
});
