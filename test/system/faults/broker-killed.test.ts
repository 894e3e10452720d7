import { brokerTrial, maxOutstanding, prefetch } from '../support/broker-trial';
import { rabbitPrograms, startRabbitMq, type RabbitMq } from '../support/rabbitmq';
import { fault } from './support/fault';

let rabbit: RabbitMq | undefined;
afterAll(() => rabbit?.stop());

const messages = 20_000;
const kills = 2;

fault(
  75,
  `the broker is killed with -9 ${kills} times while ${messages} numbered events are published and handled`,
  'nothing confirmed is lost, nothing is left unsettled, nothing is handled twice; deliveries go on within 2 s',
  async (report) => {
    rabbit = await startRabbitMq();
    const result = await brokerTrial(rabbit, { messages, kills, perSecond: 2_000 });
    const { confirmed, rejected, unsettled, lost, wireDuplicates, handledTwice, firstDeliveriesMs, perSecond } = result;
    const slowest = Math.max(...firstDeliveriesMs);
    report(`${confirmed} confirmed, ${lost} lost, ${unsettled} unsettled, ${rejected.length} rejected (limit 1 %)`);
    report(
      `${wireDuplicates} delivered twice (limit ${kills * (maxOutstanding + 2 * prefetch)}), ${handledTwice} handled twice`,
    );
    report(`first delivery at most ${Math.round(slowest)} ms after the broker answered (limit 2000)`);
    report(`${Math.round(perSecond)} a second while it was there`);
    expect(rejected.length).toBeLessThanOrEqual(messages / 100);
    expect({ lost, unsettled, handledTwice }).toEqual({ lost: 0, unsettled: 0, handledTwice: 0 });
    expect(wireDuplicates).toBeLessThanOrEqual(kills * (maxOutstanding + 2 * prefetch));
    expect(slowest).toBeLessThanOrEqual(2_000);
    expect(perSecond).toBeGreaterThanOrEqual(1_000);
  },
  { needs: rabbitPrograms, timeoutMs: 300_000 },
);
