import { healthFormat, type HealthReport } from '../../src/health';

const report: HealthReport = { status: 'UP', components: { db: { status: 'UP', durationMs: 1 } } };
const json = 'application/json';
const v2 = 'application/vnd.spring-boot.actuator.v2+json';
const v3 = 'application/vnd.spring-boot.actuator.v3+json';
const healthJson = 'application/health+json';

test.each([
  [undefined, json],
  ['*/*', json],
  ['', json],
  ['application/json', json],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', json],
  ['text/plain', json],
  [v2, v2],
  [v3, v3],
  [v3.toUpperCase(), v3],
  [healthJson, healthJson],
  // Spring Boot Admin
  [`${v2},application/vnd.spring-boot.actuator.v1+json,application/json`, v2],
  [`application/vnd.spring-boot.actuator.v1+json, ${json}`, json],
  [`${json};q=0.5, ${healthJson};q=0.9`, healthJson],
  [`${v2};q=0.4 , ${v3} ; charset=utf-8 ; Q=0.6`, v3],
  [`${healthJson};q=0, application/*;q=0.1`, json],
  [`${healthJson};q=0`, json],
  [`${healthJson};q=x`, json],
  [`${healthJson};q=7`, json],
  [`${','.repeat(999)}`, json],
  [`${healthJson},${'x'.repeat(1000)}`, json],
])('Accept %p gets %p', (accept, contentType) => {
  expect(healthFormat(accept).contentType).toBe(contentType);
});

test('each format writes its own body', () => {
  expect(healthFormat(undefined).render(report)).toBe(report);
  expect(healthFormat(v3).render(report)).toEqual({ status: 'UP', components: { db: { status: 'UP' } } });
  expect(healthFormat(v2).render(report)).toEqual({ status: 'UP', details: { db: { status: 'UP' } } });
  expect(healthFormat(healthJson).render(report, { releaseId: '1' })).toMatchObject({ status: 'pass', releaseId: '1' });
  expect(healthFormat(healthJson).render({ status: 'UP' })).toEqual({ status: 'pass' });
});
