import { createFaults, type FaultRule } from '../../../src/faults';
import {
  createMessaging,
  defineEvent,
  memoryDedupe,
  type Message,
  type OwnedMessaging,
  type SubscribeOptions,
} from '../../../src/messaging';
import { eventually } from '../../support/eventually';
import { RecordingLogger } from '../../support/recording';
import { testWith } from '../support/need';
import { rabbitPrograms } from '../support/rabbitmq';
import { Stand } from './support/stand';

const withRabbit = testWith(...rabbitPrograms);
const stand = new Stand();
const open: OwnedMessaging[] = [];

afterAll(async () => {
  for (const messaging of open) {
    await messaging.finish(AbortSignal.timeout(2_000));
    await messaging.stop(AbortSignal.timeout(2_000));
  }
  await stand.end();
});

const once = { ratio: 1, times: 1, headers: { 'x-hit': '*' } } as const;
const cases: [name: string, rule: FaultRule, options: SubscribeOptions, handled: string[]][] = [
  ['fail', { port: 'consume', fault: 'fail', ...once }, {}, ['1#2', '2#1']],
  ['fail-after', { port: 'consume', fault: 'fail-after', ...once }, {}, ['1#1', '1#2', '2#1']],
  ['drop', { port: 'consume', fault: 'drop', delayMs: 500, ...once }, {}, ['1#1', '2#1']],
  ['drop-in-order', { port: 'consume', fault: 'drop', delayMs: 500, ...once }, { ordered: true }, ['1#1', '2#1']],
  ['twice', { port: 'consume', fault: 'duplicate', ...once }, {}, ['1#1', '2#1']],
  ['twice-later', { port: 'consume', fault: 'duplicate', delayMs: 200, ...once }, { ordered: true }, ['1#1', '2#1']],
  ['sent-twice', { port: 'publish', fault: 'duplicate', ...once }, {}, ['1#1', '2#1']],
  ['reorder', { port: 'publish', fault: 'reorder', delayMs: 500, ...once }, {}, ['1#1', '2#1']],
];

withRabbit.each(cases)('over RabbitMQ nothing is lost by %s', async (name, rule, options, expected) => {
  const log = new RecordingLogger();
  const faults = createFaults([rule], { maxRatio: 1, log });
  const messaging = createMessaging({
    source: 'billing',
    transport: await stand.started(),
    dedupe: memoryDedupe(),
    faults: { publish: faults.at('publish'), consume: faults.at('consume') },
  });
  open.push(messaging);
  const event = defineEvent<number>(`faults.${name}`);
  const handled: string[] = [];
  const handler = ({ data, attempt }: Message<number>): void => void (data > 0 && handled.push(`${data}#${attempt}`));
  messaging.subscribe(event, handler, { retry: { delaysMs: [300] }, ...options });
  messaging.open();
  const there = (): Promise<true | undefined> =>
    messaging.publish(event, 0).then(
      () => true,
      () => undefined,
    );
  await eventually(there, 'its queue is there');
  await messaging.publish(event, 1, { headers: { 'x-hit': 'yes' } });
  await messaging.publish(event, 2);
  await eventually(() => handled.length >= expected.length || undefined, 'all are handled');
  // What was repeated has had its time to come.
  await new Promise((resolve) => setTimeout(resolve, 800));
  expect([...handled].sort()).toEqual(expected);
  expect(log.messages('info')).toEqual(['a fault rule is used up']);
  const operator = await stand.operator();
  const queue = await operator.checkQueue(`faults.${name}.billing`);
  expect(queue.messageCount).toBe(0);
});
