import { environmentPlan } from '../../../src/cli/k8s/environment';
import { createConfig, type SettingsSchema } from '../../../src/config';
import { chassisSettings } from '../../../src/service';

const own = {
  greeting: { doc: 'Said first', format: String, default: 'hello', env: 'GREETING' },
  db: {
    url: { doc: 'The database', format: 'url', default: 'pg://db', env: 'DATABASE_URL' },
    password: { doc: 'Its password', format: String, default: null, env: 'DB_PASSWORD' },
    key: { doc: 'Signs', format: String, required: true, sensitive: true, env: 'DB_KEY' },
  },
  inner: { doc: 'No variable', format: String, default: 'x' },
} satisfies SettingsSchema;

function planOf(env: Record<string, string>, needed: string[] = []) {
  const config = createConfig({
    schemas: [{ schema: chassisSettings, deriveEnv: true }, { schema: own }],
    env: { DB_KEY: 'k', ...env },
    argv: [],
    cwd: '/nowhere-at-all',
  });
  return environmentPlan(config.describe(), { DB_KEY: 'k', ...env }, new Set(needed));
}

test('what is set by the environment is set in the pods, as it was written', () => {
  const { config } = planOf({ GREETING: 'hi', HTTP_BODY_LIMIT: '1mb', PORT: '8080' });
  expect(config).toEqual({ HTTP_BODY_LIMIT: '1mb', PORT: '8080', GREETING: 'hi' });
});

test('secrets come by reference; those that have to be there are not optional', () => {
  expect(planOf({}).secrets).toEqual([
    { env: 'DB_PASSWORD', doc: 'Its password', optional: true },
    { env: 'DB_KEY', doc: 'Signs', optional: false },
  ]);
  expect(planOf({ DB_PASSWORD: 'p' }).secrets).toContainEqual({
    env: 'DB_PASSWORD',
    doc: 'Its password',
    optional: false,
  });
});

test("the chassis's own only where they are set or needed", () => {
  expect(planOf({ AMQP_URL: 'amqp://broker' }).secrets).toContainEqual(
    expect.objectContaining({ env: 'AMQP_URL', optional: false }),
  );
  expect(planOf({}, ['messaging.url']).secrets).toContainEqual(
    expect.objectContaining({ env: 'AMQP_URL', optional: false }),
  );
});

test('a URL with a password in it is a secret, too, and no value of one is anywhere', () => {
  const plan = planOf({
    DATABASE_URL: 'pg://me:hush-hush@db',
    DB_PASSWORD: 'hush-hush',
    MANAGEMENT_TOKEN: 'hush-hush',
  });
  expect(plan.secrets.map(({ env }) => env)).toEqual(['MANAGEMENT_TOKEN', 'DATABASE_URL', 'DB_PASSWORD', 'DB_KEY']);
  expect(plan.config).toEqual({});
  expect(JSON.stringify(plan)).not.toContain('hush-hush');
  expect(planOf({ DATABASE_URL: 'pg://elsewhere' }).config).toEqual({ DATABASE_URL: 'pg://elsewhere' });
});

test('what is of one process is not for pods', () => {
  const { config } = planOf({
    INSTANCE_ID: 'me',
    INSTANCE_HOST: 'here',
    NO_COLOR: '1',
    SHUTDOWN_GRACE_PERIOD_MS: '1000',
  });
  expect(config).toEqual({});
});
