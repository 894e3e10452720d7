import { plannedFor, web } from './made';

test('all parts, and what any of them advises', () => {
  const plan = plannedFor(web({ http: { port: 0, bodyLimit: '1gb' }, shutdown: { drainDelayMs: 90_000 } }), {
    replicas: 3,
  });
  expect(plan.stop.graceSeconds.value).toBe(30);
  expect(plan.scale.minReplicas.value).toBe(3);
  expect(plan.probes.startup.failureThreshold.value).toBe(30);
  expect(plan.image).toBe('orders:1');
  expect(plan.advice).toEqual([
    expect.stringContaining('http.port is 0'),
    expect.stringContaining('the drain is cut'),
    expect.stringContaining('HTTP_BODY_LIMIT'),
  ]);
});
