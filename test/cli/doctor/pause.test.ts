import { pause, until } from '../../../src/cli/doctor/pause';

test('waits until it is so, or not longer', async () => {
  let looks = 0;
  expect(await until(5_000, () => ++looks === 3, 1)).toBe(true);
  expect(looks).toBe(3);
  expect(await until(3, () => Promise.resolve(false), 1)).toBe(false);
  await pause(0);
});

test('a pause alone keeps no process alive: a check that was given up may be in one', async () => {
  const alive = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = alive();
  const paused = pause(1);
  expect(alive()).toBeLessThanOrEqual(before);
  await paused;
});
