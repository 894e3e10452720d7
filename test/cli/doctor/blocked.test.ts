import { Blocked } from '../../../src/cli/doctor/blocked';

test('the longest time in which nothing else ran, since the last question', () => {
  const blocked = new Blocked();
  for (const end = performance.now() + 60; performance.now() < end;);
  expect(blocked.longest()).toBeGreaterThan(50);
  expect(blocked.longest()).toBeLessThan(50);
  blocked.end();
});
