import { over, patientEnvironment, startingSettings } from '../../../src/cli/doctor/patient-settings';
import { createService } from '../../../src/service';

test('settings are put over others group by group', () => {
  expect(over({ a: { x: 1, y: 2 }, b: { z: 3 } }, { a: { y: 4 }, c: { w: 5 } })).toEqual({
    a: { x: 1, y: 4 },
    b: { z: 3 },
    c: { w: 5 },
  });
  expect(over({ a: { x: 1 } })).toEqual({ a: { x: 1 } });
});

test('every service takes them', () => {
  const settings = startingSettings({ token: 'a-token-of-the-doctor', collector: 'http://127.0.0.1:1' });
  const service = createService({ name: 'x', version: '1.0.0', settings: { ...settings, log: { level: 'error' } } });
  expect(service.config.get('discovery.kind')).toBe('memory');
  expect(service.config.get('management.port')).toBeNull();
});

test('no broker, registry or collector comes by the environment', () => {
  const env = {
    PATH: '/bin',
    AMQP_URL: 'a',
    EUREKA_URL: 'b',
    OTEL_TRACES_EXPORTER: 'zipkin',
    NODE_CHANNEL_FD: '3',
    GONE: undefined,
  };
  expect(patientEnvironment(env)).toEqual({ PATH: '/bin' });
});
