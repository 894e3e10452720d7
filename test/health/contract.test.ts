import { type Health, type HealthReport } from '../../src/health/contract';
import { createHealth } from '../../src/health';

/** What a reader of a service's health may rely on; compiled by the type checker. */
function read(health: Health): [boolean, boolean | undefined, HealthReport] {
  return [health.probe('readiness').up, health.probe('deep')?.up, health.report()];
}

test('the built-in groups are always there, groups of one’s own only when a check names them', () => {
  const health = createHealth();
  const [ready, deep, report] = read(health);
  expect(ready).toBe(false);
  expect(deep).toBeUndefined();
  expect(report.status).toBe('OUT_OF_SERVICE');
  health.check('a', () => undefined, { group: 'deep' });
  expect(read(health)[1]).toBe(true);
});

test('the state cannot be changed through its view', () => {
  const { state } = createHealth();
  expect(() => Object.assign(state, { readiness: 'ACCEPTING_TRAFFIC' })).toThrow(TypeError);
  expect(JSON.parse(JSON.stringify(state))).toEqual({
    liveness: 'CORRECT',
    readiness: 'REFUSING_TRAFFIC',
    startup: false,
  });
});
