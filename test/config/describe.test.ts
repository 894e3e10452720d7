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
