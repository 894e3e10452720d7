import { rabbitPrograms, startRabbitMq, type RabbitMq } from '../system/support/rabbitmq';
import { testWith } from '../system/support/need';
import { endChildren } from './support/child';
import { messagingSoak } from './support/messaging-soak';
import { numberFrom } from './support/report';

let rabbit: RabbitMq | undefined;
afterAll(async () => {
  endChildren();
  await rabbit?.stop();
});

/** MESSAGING_SOAK_MINUTES makes it shorter or longer. */
testWith(...rabbitPrograms)(
  'an hour of events at half of the peak, with a restart of the broker every five minutes, loses nothing and leaves nothing behind',
  async () => {
    rabbit = await startRabbitMq();
    const minutes = numberFrom('MESSAGING_SOAK_MINUTES', 60);
    const parts = Math.max(4, Math.round(minutes / 5));
    const soaked = await messagingSoak('messaging soak', rabbit, {
      minutes,
      parts,
      restartIn: () => true,
      perSecond: numberFrom('MESSAGING_SOAK_PER_SECOND', 3_300),
    });
    const { tally, heaps } = soaked;
    expect(tally).toMatchObject({ lost: 0, twice: 0, rejected: {} });
    expect(tally.commands.wrong).toBe(0);
    expect({ unexpected: soaked.unexpected, stderr: soaked.stderr }).toEqual({ unexpected: [], stderr: '' });
    expect(soaked.resourcesAfter).toEqual(soaked.resourcesBefore);
    expect((heaps.at(-1) as number) / (heaps[Math.ceil(parts / 5) - 1] as number)).toBeLessThanOrEqual(1.05);
    expect({ exit: soaked.exit, broken: soaked.told.broken }).toEqual({ exit: 0, broken: 0 });
  },
);
