import { endChildren } from '../endurance/support/child';
import { messagingSoak } from '../endurance/support/messaging-soak';
import { testWith } from './support/need';
import { rabbitPrograms, startRabbitMq, type RabbitMq } from './support/rabbitmq';

let rabbit: RabbitMq | undefined;
afterAll(async () => {
  endChildren();
  await rabbit?.stop();
});

/** `npm run test:endurance` has the long one. */
testWith(...rabbitPrograms)(
  'a minute of events with two restarts of the broker loses nothing and leaves nothing behind',
  async () => {
    rabbit = await startRabbitMq();
    const soaked = await messagingSoak('one-minute messaging soak', rabbit, {
      minutes: 1,
      parts: 5,
      restartIn: (part) => part % 2 === 1,
      perSecond: 1_500,
    });
    const { tally, heaps } = soaked;
    expect(tally).toMatchObject({ lost: 0, twice: 0, rejected: {} });
    expect(tally.commands.wrong).toBe(0);
    expect(tally.confirmed).toBeGreaterThan(20_000);
    expect({ unexpected: soaked.unexpected, stderr: soaked.stderr }).toEqual({ unexpected: [], stderr: '' });
    expect(soaked.resourcesAfter).toEqual(soaked.resourcesBefore);
    const [warm, end] = [heaps[1] as number, heaps.at(-1) as number];
    // The engine goes on compiling in this minute, which costs up to a megabyte once, and the map of what was handled is made anew now and then.
    expect(end - warm).toBeLessThan(Math.max(0.05 * warm, 3 * 2 ** 20));
    expect({ exit: soaked.exit, broken: soaked.told.broken }).toEqual({ exit: 0, broken: 0 });
  },
  300_000,
);
