import {
  type ConfigPath,
  type ConfigValues,
  type Config,
  createConfig,
  intBetween,
  type MergedValues,
  type SettingsSchema,
  type ValueAt,
} from '../../src/config';

/** True if two types are the same, not only assignable to each other. The compiler checks these; the tests only run them. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(verdict: Same<A, B>): void => expect(verdict).toBe(true);

/** Infers as createService does. */
function service<const S extends SettingsSchema>(options: { config?: S }): Config<ConfigValues<S>> {
  const schema: SettingsSchema = options.config ?? {};
  return createConfig({ schemas: [{ schema }], env: {}, argv: [], cwd: '/nonexistent' }) as unknown as Config<
    ConfigValues<S>
  >;
}

const config = service({
  config: {
    http: {
      port: { doc: 'x', format: 'port', default: 3000 },
      tls: { key: { doc: 'x', format: String, default: 'k' } },
    },
    text: { doc: 'x', format: String, default: 'hello' },
    count: { doc: 'x', format: Number, default: 1 },
    flag: { doc: 'x', format: Boolean, default: false },
    wait: { doc: 'x', format: 'duration', default: '5s' },
    size: { doc: 'x', format: 'bytes', default: 1 },
    link: { doc: 'x', format: 'url', default: null },
    names: { doc: 'x', format: 'list', default: [] },
    items: { doc: 'x', format: Array, default: [] },
    labels: { doc: 'x', format: 'map', default: {} },
    object: { doc: 'x', format: Object, default: {} },
    level: { doc: 'x', format: ['debug', 'info'], default: 'info' },
    mode: { doc: 'x', format: [1, 'two', true], default: 1 },
    bounded: { doc: 'x', format: intBetween(1, 5), default: 2 },
    typedCheck: { doc: 'x', format: (value: string) => void value, default: 'x' },
    anyCheck: { doc: 'x', format: (value) => void value, default: 7 },
    maybe: { doc: 'x', format: 'int' },
    needed: { doc: 'x', format: 'int', default: 1, required: true },
    neededNull: { doc: 'x', format: 'int', default: 4, nullable: true },
    foreign: { doc: 'x', format: 'windows_named_pipe', default: null },
    log: { format: { doc: 'x', format: ['json', 'pretty'], default: 'json' } },
  },
});

test('values have the types of their formats', () => {
  const port: number = config.get('http.port');
  const key: string = config.get('http.tls.key');
  const tls: { key: string } = config.get('http.tls');
  expect([port, key, tls]).toEqual([3000, 'k', { key: 'k' }]);

  const text = config.get('text');
  same<typeof text, string>(true);
  const count = config.get('count');
  same<typeof count, number>(true);
  const flag = config.get('flag');
  same<typeof flag, boolean>(true);
  const wait = config.get('wait');
  same<typeof wait, number>(true);
  const size = config.get('size');
  same<typeof size, number>(true);
  const link = config.get('link');
  same<typeof link, string | null>(true);
  const names = config.get('names');
  same<typeof names, string[]>(true);
  const items = config.get('items');
  same<typeof items, unknown[]>(true);
  const labels = config.get('labels');
  same<typeof labels, Record<string, unknown>>(true);
  const object = config.get('object');
  same<typeof object, Record<string, unknown>>(true);
  const level = config.get('level');
  same<typeof level, 'debug' | 'info'>(true);
  const mode = config.get('mode');
  same<typeof mode, 1 | 'two' | true>(true);
  const bounded = config.get('bounded');
  same<typeof bounded, number>(true);
  const logFormat = config.get('log.format');
  same<typeof logFormat, 'json' | 'pretty'>(true);
});

test('functions: by their parameter, else by the default', () => {
  const typed = config.get('typedCheck');
  same<typeof typed, string>(true);
  const any = config.get('anyCheck');
  same<typeof any, number>(true);
  const foreign = config.get('foreign');
  same<typeof foreign, unknown>(true);
});

test('null and undefined', () => {
  const maybe = config.get('maybe');
  same<typeof maybe, number | undefined>(true);
  const needed = config.get('needed');
  same<typeof needed, number>(true);
  const nullable = config.get('neededNull');
  same<typeof nullable, number | null>(true);
  const leaf = { r: { doc: 'x', format: 'int', required: true, default: null } } as const;
  same<ConfigValues<typeof leaf>['r'], number>(true);
});

test('paths are those of settings and groups, and not into values', () => {
  const schema = {
    http: { port: { doc: 'x', format: 'port', default: 1 }, rawBody: { doc: 'x', format: 'list', default: [] } },
    labels: { doc: 'x', format: 'map', default: {} },
    none: {},
  } as const;
  type Values = ConfigValues<typeof schema>;
  same<ConfigPath<Values>, 'http' | 'http.port' | 'http.rawBody' | 'labels' | 'none'>(true);
  same<ValueAt<Values, 'http.rawBody'>, string[]>(true);
  same<ValueAt<Values, 'http.nothing'>, unknown>(true);
});

test('of an unknown schema nothing is known', () => {
  same<ConfigValues<SettingsSchema>, Readonly<Record<string, unknown>>>(true);
  same<ConfigPath<ConfigValues<SettingsSchema>>, string>(true);
  same<ValueAt<Readonly<Record<string, unknown>>, 'a.b'>, unknown>(true);
  expect(service({}).has('x')).toBe(false);
});

test('several schemas make one tree, without a declaration', () => {
  const merged = createConfig({
    schemas: [
      { schema: { http: { port: { doc: 'x', format: 'port', default: 1 } } }, deriveEnv: true },
      { schema: { http: { own: { doc: 'x', format: ['a', 'b'], default: 'a' } } } },
    ],
    env: {},
    argv: [],
    cwd: '/nonexistent',
  });
  const port = merged.get('http.port');
  same<typeof port, number>(true);
  const own = merged.get('http.own');
  same<typeof own, 'a' | 'b'>(true);
  const http: { port: number; own: 'a' | 'b' } = merged.get('http');
  expect(http).toEqual({ port: 1, own: 'a' });
  same<MergedValues<[]>, unknown>(true);
});
