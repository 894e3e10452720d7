import { type Delivery } from '../../src/messaging';
import { queueCases } from '../../src/testing/transport-queue-cases';
import { memoryTransportTraits } from '../messaging/harnesses';
import {
  badConsumptions,
  badDeliveries,
  badSources,
  changed,
  failedTransportCases,
  type TransportSabotage,
} from './transport-sabotage';

const nothing = (): Promise<void> => Promise.resolve();

/** Puts what was not acked to the back when it closes. */
const toTheBack: TransportSabotage = (good) => ({
  consume: (source, deliver) => {
    const inHand = new Set<Delivery>();
    const consumption = good.consume(source, (one) => {
      inHand.add(one);
      deliver(changed(one, () => ({ ack: () => void (inHand.delete(one) && one.ack()) })));
    });
    const close = async (): Promise<void> => {
      for (const one of inHand) {
        await one.postpone(0, one.envelope.attempt);
        one.ack();
      }
      await consumption.close();
    };
    return changed(consumption, () => ({ close }));
  },
});

const wrongs: [string, TransportSabotage, string][] = [
  ['that loses acks', badDeliveries(() => ({ ack: () => undefined })), 'what was acked does not come again'],
  [
    'that acks what was only delivered',
    (good) => ({
      consume: (source, deliver) =>
        good.consume(source, (one) => {
          deliver(one);
          one.ack();
        }),
    }),
    'what was not acked comes again when its consumer has gone, in its order',
  ],
  ['that does not count', badDeliveries(() => ({ redeliveries: 0 })), 'each time that it comes again counts'],
  [
    'that acks all that was delivered before',
    (good) => ({
      consume: (source, deliver) => {
        const before: Delivery[] = [];
        return good.consume(source, (one) => {
          before.push(one);
          const ack = (): void => before.slice(0, before.indexOf(one) + 1).forEach((each) => each.ack());
          deliver(changed(one, () => ({ ack })));
        });
      },
    }),
    'acks between those that come again are told apart',
  ],
  [
    'that does not say what is lost',
    badDeliveries(() => ({ lost: false })),
    'a delivery that the broker has taken back is lost, and its ack does nothing',
  ],
  ['that puts what comes back to the back', toTheBack, 'what comes again is before what was published later'],
  [
    'that gives more than is asked for',
    badSources((source) => ({ ...source, prefetch: source.prefetch + 1 })),
    'no more than prefetch are in hand',
  ],
  [
    'that gives no more than prefetch in all',
    badDeliveries((good) => ({ ack: () => void (good.envelope.id === 'a' && good.ack()) })),
    'no more than prefetch are in hand',
  ],
  [
    'that goes on after a pause',
    badConsumptions(() => ({ pause: nothing })),
    'after a pause nothing comes, what is in hand can be acked, and others take on',
  ],
  [
    'that gives nothing back',
    badConsumptions((good) => ({ close: () => good.pause() })),
    'what was not acked comes again when its consumer has gone, in its order',
  ],
  [
    'that rejects a second close',
    badConsumptions((good) => {
      let closed = false;
      return {
        close: () => {
          if (closed) return Promise.reject(new Error('closed'));
          closed = true;
          return good.close();
        },
      };
    }),
    'a second pause or close does nothing, and a close needs no pause',
  ],
  [
    'that knows no order',
    badSources((source) => (source.kind === 'event' ? { ...source, ordered: false } : source)),
    'what is ordered is taken by one at a time, and by another when the one has gone',
  ],
  [
    'that changes the order of a queue',
    badSources((source) => (source.kind === 'event' ? { ...source, ordered: false } : source)),
    'an order that is asked for differently fails clearly, and hurts nobody else',
  ],
];

test.each(wrongs)('a transport %s is found out', async (_what, sabotage, name) => {
  expect(await failedTransportCases(sabotage, undefined, name)).toEqual([name]);
  expect(queueCases.map((one) => one.name)).toContain(name);
});

test('what is put to the back is right where a transport says so', async () => {
  const traits = { countsRedeliveries: false, returnsToFront: false };
  const silent: TransportSabotage = (good) => ({ ...toTheBack(good) });
  const failed = await failedTransportCases(silent, { ...memoryTransportTraits, ...traits });
  expect(failed).not.toContain('what comes again is before what was published later');
});

test('one that counts although it says that it does not is found out', async () => {
  const failed = await failedTransportCases(() => ({}), { ...memoryTransportTraits, countsRedeliveries: false });
  expect(failed).toContain('what was not acked comes again when its consumer has gone, in its order');
});
