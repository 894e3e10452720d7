import { createConfig } from '../../src/config';
import { create, invalid, problems, problemsOf } from './support/invalid';

test('only the value that wins is checked', () => {
  const schema = { a: { doc: 'x', format: 'port', default: 1 } };
  expect(create(schema, { env: { A: 'abc' }, settings: { a: 2 } }).get('a')).toBe(2);
});

test('null is a value where it is allowed, and a problem elsewhere', () => {
  const schema = {
    a: { doc: 'x', format: 'port', default: 1, nullable: true },
    b: { doc: 'x', format: '*', default: 1 },
  };
  expect(create(schema, { settings: { a: null } }).get('a')).toBeNull();
  expect(problems(schema, { settings: { b: null } })).toEqual([expect.objectContaining({ key: 'b', got: 'null' })]);
});

test('a setting with neither a default nor a value is undefined', () => {
  const config = create({ g: { a: { doc: 'x', format: 'port' } } });
  expect(config.get('g.a')).toBeUndefined();
  expect(config.get('g')).toEqual({ a: undefined });
  expect(config.has('g.a')).toBe(false);
});

test('what a format function says is kept from reports of sensitive settings', () => {
  const format = (value: unknown): void => {
    throw new Error(`must not be ${String(value)}`);
  };
  const open = { a: { doc: 'x', format } };
  const closed = { a: { doc: 'x', format, sensitive: true } };
  expect(problems(open, { settings: { a: 'shown' } })[0]?.message).toContain('must not be shown');
  expect(JSON.stringify(problems(closed, { settings: { a: 'hunter2' } }))).not.toContain('hunter2');
});

test('the advice knows the default, unless it is secret', () => {
  const setting = { doc: 'x', format: 'port', default: 4711 };
  const advice = (extra: object) => problems({ a: { ...setting, ...extra } }, { settings: { a: -1 } })[0]?.message;
  expect(advice({})).toContain('the default is 4711');
  expect(advice({ sensitive: true })).not.toContain('4711');
  expect(problems({ a: { doc: 'x', format: 'port', required: true } }, { settings: { a: -1 } })[0]?.message).toMatch(
    /Correct it\.$/,
  );
  expect(problems({ a: { doc: 'x', format: 'port' } }, { settings: { a: -1 } })[0]?.message).toMatch(
    /or leave it out\.$/,
  );
});

test('missing at the top level and without an environment name', () => {
  const schema = {
    a: { doc: 'x', format: 'port', required: true },
    g: { b: { doc: 'x', format: 'port', required: true } },
  };
  const [a, b] = problems(schema);
  expect(a?.message).not.toContain('--a');
  expect(b?.message).toContain('or --g.b');
  expect(a).toMatchObject({ got: 'nothing', source: 'no source has it' });
});

test('groups are frozen objects, also empty and nested ones', () => {
  const leaf = { doc: 'x', format: 'int', default: 1 };
  const config = create({ g: { h: { a: leaf }, empty: {} } });
  expect(config.get('g')).toEqual({ h: { a: 1 }, empty: {} });
  expect(Object.isFrozen(config.get('g.h'))).toBe(true);
});

test('reports mask by name and shape what nobody marked as sensitive', () => {
  const format = (value: unknown): never => {
    throw new Error(`no ${String(value)}`);
  };
  const schema = {
    password: { doc: 'x', format: 'port', default: 4_711 },
    secret: { doc: 'x', format, default: null },
    upstream: { doc: 'x', format, default: null },
    token: { doc: 'x', format: 'port', default: 1, sensitive: false },
  };
  const settings = { password: 'hunter2', secret: 'hunter3', upstream: 'amqp://u:hunter4@h', token: 'abc' };
  const said = problems(schema, { settings }).map(({ message }) => message);
  expect(said.join('\n')).not.toMatch(/hunter|4711/);
  expect(said[0]).toMatch(/^password: expected a port, .*, got \*{6} /);
  expect(said[2]).toMatch(/^upstream: expected no amqp:\/\/u:\*{6}@h, got "amqp:\/\/u:\*{6}@h" /);
  expect(said[3]).toContain('got "abc"');
});

describe('what must hold between settings', () => {
  const schema = {
    least: { doc: 'x', format: 'nat', default: 1, env: 'LEAST' },
    most: { doc: 'x', format: 'nat', default: 9, env: 'MOST' },
    pin: { doc: 'x', format: 'nat', default: 5, sensitive: true },
  };
  const check = ({ least, most, pin }: Readonly<Record<string, unknown>>) => [
    ...(Number(least) > Number(most) ? [{ key: 'most', expected: `at least ${String(least)}` }] : []),
    ...(pin === 0 ? [{ key: 'pin', expected: 'not 0' }] : []),
    ...(most === undefined ? [{ key: 'most', expected: 'a value' }] : []),
  ];
  const make = (env: Record<string, string>, settings = {}) =>
    createConfig({ schemas: [{ schema, check }], env, argv: [], cwd: '/nonexistent', settings });

  test('is told with the source and the value of the one that is blamed', () => {
    expect(make({ LEAST: '9' }).get('least')).toBe(9);
    expect(problemsOf(invalid(() => make({ LEAST: '3', MOST: '2' })))).toEqual([
      expect.objectContaining({ key: 'most', expected: 'at least 3', got: '"2"', source: 'environment variable MOST' }),
    ]);
    expect(problemsOf(invalid(() => make({ LEAST: '10' })))).toEqual([
      expect.objectContaining({ key: 'most', got: '9', source: 'default' }),
    ]);
  });

  test('comes with all else that is wrong, hides secrets, and leaves out what is not valid by itself', () => {
    const found = problemsOf(invalid(() => make({ LEAST: 'x', MOST: 'y' }, { pin: 0 })));
    expect(found.map(({ key, got }) => [key, got])).toEqual([
      ['least', '"x"'],
      ['most', '"y"'],
      ['pin', '******'],
    ]);
  });
  test('is told what environment this is', () => {
    const told: unknown[] = [];
    const listening = (_values: unknown, environment: string | undefined): [] => {
      told.push(environment);
      return [];
    };
    const schemas = [{ schema, check: listening }];
    createConfig({ schemas, env: { NODE_ENV: 'staging' }, argv: [], cwd: '/nonexistent' });
    createConfig({ schemas, env: {}, argv: [], cwd: '/nonexistent' });
    expect(told).toEqual(['staging', undefined]);
  });
});
