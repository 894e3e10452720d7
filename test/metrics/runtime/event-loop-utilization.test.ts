import { EventLoopUtilization } from '../../../src/metrics/runtime/event-loop-utilization';
import { FakeClock } from '../../support/fake-clock';
import { newStore } from '../fixtures';

test('shows how busy the loop was since the last scrape', async () => {
  const clock = new FakeClock();
  const { store } = newStore();
  const utilization = new EventLoopUtilization(store, clock);
  const gauge = store.gauge({ name: 'nodejs_eventloop_utilization_ratio', help: 'h' });
  await clock.advance(5000);
  void gauge.refresh();
  expect(gauge.labels({}).value).toBe(0);

  utilization.start();
  utilization.start();
  await clock.advance(1000);
  const until = performance.now() + 30;
  while (performance.now() < until);
  void gauge.refresh();
  const busy = gauge.labels({}).value;
  expect(busy).toBeGreaterThan(0.2);
  expect(busy).toBeLessThanOrEqual(1);

  void gauge.refresh();
  expect(gauge.labels({}).value).toBe(busy);
});
