import { RuntimeMetrics } from '../../../src/metrics/runtime/runtime-metrics';
import { FakeClock } from '../../support/fake-clock';
import { newStore } from '../fixtures';

test('has all of them, and starts and stops what runs', () => {
  const clock = new FakeClock();
  const { store, registry } = newStore(undefined, 100);
  const runtime = new RuntimeMetrics(store, clock);
  expect(
    registry
      .getMetricsAsArray()
      .map((metric) => metric.name)
      .filter((name) => !name.startsWith('keelson_'))
      .sort(),
  ).toEqual([
    'nodejs_active_resources',
    'nodejs_eventloop_delay_max_seconds',
    'nodejs_eventloop_delay_mean_seconds',
    'nodejs_eventloop_delay_min_seconds',
    'nodejs_eventloop_delay_p50_seconds',
    'nodejs_eventloop_delay_p90_seconds',
    'nodejs_eventloop_delay_p99_seconds',
    'nodejs_eventloop_delay_stddev_seconds',
    'nodejs_eventloop_utilization_ratio',
    'nodejs_external_memory_bytes',
    'nodejs_heap_size_limit_bytes',
    'nodejs_version_info',
    'process_cpu_seconds_total',
    'process_cpu_system_seconds_total',
    'process_cpu_user_seconds_total',
    'process_heap_bytes',
    'process_memory_limit_bytes',
    'process_resident_memory_bytes',
    'process_start_time_seconds',
    'v8js_gc_duration_seconds',
    'v8js_memory_heap_limit_bytes',
    'v8js_memory_heap_used_bytes',
  ]);
  expect(clock.timers).toBe(0);
  runtime.start();
  expect(clock.timers).toBe(1);
  runtime.stop();
  expect(clock.timers).toBe(0);
});
