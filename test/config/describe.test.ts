import { create } from './support/invalid';

test('every setting: value or mask, where from, who lost', () => {
  const schema = {
    http: { port: { doc: 'TCP port', format: 'port', default: 3000, env: 'PORT' } },
    token: { doc: 'Token', format: String, sensitive: true, default: 'initial' },
    upstream: { doc: 'Upstream', format: 'url', required: true },
    free: { doc: 'Free', format: String },
  };
  const config = create(schema, {
    env: { PORT: '80', TOKEN: 'hunter2' },
    settings: { token: 'hunter3', upstream: 'http://me:hunter4@host/' },
  });
  const described = config.describe();
  expect(described).toEqual([
    {
      key: 'http.port',
      value: 80,
      winner: 'environment variable PORT',
      losers: [{ source: 'default', value: 3000 }],
      env: 'PORT',
      doc: 'TCP port',
      type: 'port',
      format: 'a port, a whole number from 0 to 65535',
      default: 3000,
      sensitive: false,
      required: false,
    },
    expect.objectContaining({
      key: 'token',
      value: '******',
      winner: 'settings',
      losers: [
        { source: 'environment variable TOKEN', value: '******' },
        { source: 'default', value: '******' },
      ],
      default: '******',
      sensitive: true,
    }),
    expect.objectContaining({ key: 'upstream', value: 'http://me:******@host/', required: true, default: undefined }),
    expect.objectContaining({ key: 'free', value: undefined, winner: undefined, losers: [] }),
  ]);
  expect(JSON.stringify(described)).not.toMatch(/hunter|initial/);
});

test('what nobody marked as sensitive is masked by its name and its shape', () => {
  const schema = {
    db: {
      password: { doc: 'x', format: String, default: 'initial', env: 'DB_PASSWORD' },
      pools: { doc: 'x', format: 'map', default: {} },
      passwordFile: { doc: 'x', format: String, default: '/run/secrets/db' },
      tokenTtlMs: { doc: 'x', format: 'nat', default: 5 },
      useToken: { doc: 'x', format: Boolean, default: true },
    },
    hook: { doc: 'x', format: 'url', default: 'https://h/?access_token=hunter5' },
    token: { issuer: { doc: 'x', format: String, default: 'me' } },
    shownToken: { doc: 'x', format: String, default: 'public', sensitive: false },
  };
  const config = create(schema, {
    env: { DB_PASSWORD: 'hunter2' },
    settings: { db: { pools: { a: { user: 'u', password: 'hunter3' }, b: ['amqp://u:hunter4@h'] } } },
  });
  const described = config.describe();
  expect(Object.fromEntries(described.map(({ key, value }) => [key, value]))).toEqual({
    'db.password': '******',
    'db.pools': { a: { user: 'u', password: '******' }, b: ['amqp://u:******@h'] },
    'db.passwordFile': '/run/secrets/db',
    'db.tokenTtlMs': 5,
    'db.useToken': true,
    hook: 'https://h/?access_token=******',
    'token.issuer': 'me',
    shownToken: 'public',
  });
  expect(JSON.stringify(described)).not.toMatch(/hunter|initial/);
});
