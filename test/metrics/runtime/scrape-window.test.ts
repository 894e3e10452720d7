import { ScrapeWindow } from '../../../src/metrics/runtime/scrape-window';
import { FakeClock } from '../../support/fake-clock';

test('closes at the first scrape after a second, and only once started', async () => {
  const clock = new FakeClock();
  const window = new ScrapeWindow(clock);
  await clock.advance(5000);
  expect(window.close()).toBe(false);
  window.start();
  await clock.advance(999);
  expect(window.close()).toBe(false);
  await clock.advance(1);
  expect(window.close()).toBe(true);
  expect(window.close()).toBe(false);
  await clock.advance(60_000);
  expect(window.close()).toBe(true);
});
