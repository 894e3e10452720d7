import { createService } from '../../src/service';
import { testSettings } from '../../src/testing/test-settings';

test('are settings of a service', () => {
  const { config } = createService({ name: 'tested', settings: testSettings() });
  expect(config.get('http.port')).toBe(0);
  expect(config.get('discovery.kind')).toBe('memory');
  expect(config.get('shutdown')).toEqual({ drainDelayMs: 0, timeoutMs: 5_000, gracePeriodMs: null, signals: false });
});

test('are new ones each time', () => {
  (testSettings()['http'] as { port: number }).port = 1;
  expect(testSettings()['http']).toEqual({ port: 0, host: '127.0.0.1' });
});
