import { isoTimestamps } from '../../src/logging/timestamp';
import { FakeClock } from '../support/fake-clock';

describe('isoTimestamps', () => {
  test('says what toISOString says, whatever the clock does', () => {
    const clock = new FakeClock(1_699_999_999_990);
    const timestamp = isoTimestamps(clock);
    for (const jump of [0, 0, 1, 8, 1, 90, 900, 1, -5_000, 86_400_000, 0.4]) {
      clock.jumpWall(jump);
      expect(timestamp()).toBe(new Date(clock.wall()).toISOString());
    }
  });
});
