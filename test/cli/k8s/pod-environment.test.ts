import { environmentOf } from '../../../src/cli/k8s/pod-environment';
import { plainOf } from '../../../src/cli/k8s/why';
import { plannedFor, web, worker } from './made';

const secret = { token: { doc: 'Ours', format: String, default: null, env: 'OUR_TOKEN', sensitive: true } };

test('computed values, and nothing else where nothing is set', () => {
  expect(plainOf(environmentOf(plannedFor(web())))).toEqual({
    env: [
      { name: 'NODE_ENV', value: 'production' },
      { name: 'NODE_OPTIONS', value: '--max-old-space-size=301' },
      { name: 'SHUTDOWN_GRACE_PERIOD_MS', value: '30000' },
    ],
  });
});

test('the time from SIGTERM on, not that of the hook', () => {
  const { env } = plainOf(environmentOf(plannedFor(web({ shutdown: { drainDelayMs: 0 } })))) as { env: object[] };
  expect(env).toContainEqual({ name: 'SHUTDOWN_GRACE_PERIOD_MS', value: '30000' });
});

test('secrets by reference', () => {
  const { env } = plainOf(environmentOf(plannedFor(web({}, secret)))) as { env: object[] };
  expect(env).toContainEqual({
    name: 'OUR_TOKEN',
    valueFrom: { secretKeyRef: { name: 'orders', key: 'OUR_TOKEN', optional: true } },
  });
  const needed = plannedFor(worker(), { needed: ['messaging.url'] });
  expect((plainOf(environmentOf(needed)) as { env: object[] }).env).toContainEqual({
    name: 'AMQP_URL',
    valueFrom: { secretKeyRef: { name: 'billing', key: 'AMQP_URL' } },
  });
});

test('ports that were left open, and the address for a registry', () => {
  const service = web({ http: { port: 0 }, eureka: { url: ['http://registry/eureka'] } });
  const { env } = plainOf(environmentOf(plannedFor(service))) as { env: object[] };
  expect(env).toContainEqual({ name: 'PORT', value: '3000' });
  expect(env).toContainEqual({ name: 'INSTANCE_HOST', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } });
});
