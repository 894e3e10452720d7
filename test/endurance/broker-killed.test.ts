import { brokerTrial, maxOutstanding, prefetch } from '../system/support/broker-trial';
import { rabbitPrograms, startRabbitMq, type RabbitMq } from '../system/support/rabbitmq';
import { testWith } from '../system/support/need';

let rabbit: RabbitMq | undefined;
afterAll(() => rabbit?.stop());

const messages = 100_000;
const kills = 5;

testWith(...rabbitPrograms)(
  `${messages} numbered events while the broker is killed with -9 ${kills} times: nothing confirmed is lost, nothing is handled twice`,
  async () => {
    rabbit = await startRabbitMq();
    const result = await brokerTrial(rabbit, { messages, kills, perSecond: 2_000 });
    process.stdout.write(`${JSON.stringify({ ...result, rejected: result.rejected.length })}\n`);
    const sorted = [...result.firstDeliveriesMs].sort((a, b) => a - b);
    expect(result.rejected.length).toBeLessThanOrEqual(messages / 100);
    expect(result).toMatchObject({ lost: 0, unsettled: 0, handledTwice: 0 });
    expect(result.wireDuplicates).toBeLessThanOrEqual(kills * (maxOutstanding + 2 * prefetch));
    expect(sorted[Math.floor(kills / 2)]).toBeLessThanOrEqual(1_000);
    expect(sorted.at(-1)).toBeLessThanOrEqual(2_000);
    expect(result.perSecond).toBeGreaterThanOrEqual(1_000);
  },
  15 * 60_000,
);
