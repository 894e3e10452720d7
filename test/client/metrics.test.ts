import { ClientMetrics } from '../../src/client/metrics';
import { newStore } from '../metrics/fixtures';

test('counts attempts by method, service, status and kind of error, each bounded', () => {
  const { store } = newStore(undefined, 100);
  const metrics = new ClientMetrics('inventory', store);
  metrics.observe('GET', 200, '', 0.02);
  metrics.observe('GET', 200, '', 0.03);
  metrics.observe('GET', 0, 'CONNECTION_FAILED', 0.01);
  metrics.observe('BREW', 503, '503', 0.01);
  const histogram = store.histogram({
    name: 'http_client_request_duration_seconds',
    help: 'Duration of calls to other services, each attempt by itself.',
    labels: ['http_request_method', 'server_address', 'http_response_status_code', 'error_type'],
  });
  const count = (method: string, status: string | number, type: string): number =>
    histogram
      .labels({
        http_request_method: method,
        server_address: 'inventory',
        http_response_status_code: status,
        error_type: type,
      })
      .counts.reduce((sum: number, one: number) => sum + one, 0);
  expect(count('GET', 200, '')).toBe(2);
  expect(count('GET', '', 'CONNECTION_FAILED')).toBe(1);
  expect(count('_OTHER', 503, '503')).toBe(1);
});
