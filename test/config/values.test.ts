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
const typed =
  <T>() =>
  <A>(_value: A, verdict: Same<A, T>): void =>
    expect(verdict).toBe(true);

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

  typed<string>()(config.get('text'), true);
  typed<number>()(config.get('count'), true);
  typed<boolean>()(config.get('flag'), true);
  typed<number>()(config.get('wait'), true);
  typed<number>()(config.get('size'), true);
  typed<string | null>()(config.get('link'), true);
  typed<string[]>()(config.get('names'), true);
  typed<unknown[]>()(config.get('items'), true);
  typed<Record<string, unknown>>()(config.get('labels'), true);
  typed<Record<string, unknown>>()(config.get('object'), true);
  typed<'debug' | 'info'>()(config.get('level'), true);
  typed<1 | 'two' | true>()(config.get('mode'), true);
  typed<number>()(config.get('bounded'), true);
  typed<'json' | 'pretty'>()(config.get('log.format'), true);
});

test('functions: by their parameter, else by the default', () => {
  typed<string>()(config.get('typedCheck'), true);
  typed<number>()(config.get('anyCheck'), true);
  typed<unknown>()(config.get('foreign'), true);
});

test('null and undefined', () => {
  typed<number | undefined>()(config.get('maybe'), true);
  typed<number>()(config.get('needed'), true);
  typed<number | null>()(config.get('neededNull'), true);
  type Leaf = {
    readonly r: { readonly doc: 'x'; readonly format: 'int'; readonly required: true; readonly default: null };
  };
  same<ConfigValues<Leaf>['r'], number>(true);
});

test('paths are those of settings and groups, and not into values', () => {
  type Values = ConfigValues<{
    readonly http: {
      readonly port: { readonly doc: 'x'; readonly format: 'port'; readonly default: 1 };
      readonly rawBody: { readonly doc: 'x'; readonly format: 'list'; readonly default: readonly [] };
    };
    readonly labels: { readonly doc: 'x'; readonly format: 'map'; readonly default: Record<never, never> };
    readonly none: Record<never, never>;
  }>;
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
  typed<number>()(merged.get('http.port'), true);
  typed<'a' | 'b'>()(merged.get('http.own'), true);
  const http: { port: number; own: 'a' | 'b' } = merged.get('http');
  expect(http).toEqual({ port: 1, own: 'a' });
  same<MergedValues<[]>, unknown>(true);
});
