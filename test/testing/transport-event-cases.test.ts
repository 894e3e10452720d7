import { eventCases } from '../../src/testing/transport-event-cases';
import {
  badDeliveries,
  badEnvelopes,
  badSources,
  failedTransportCases,
  type TransportSabotage,
} from './transport-sabotage';

let groups = 0;
const wrongs: [string, TransportSabotage, string][] = [
  [
    'that delivers twice',
    (good) => ({
      consume: (source, deliver) =>
        good.consume(source, (one) => {
          deliver(one);
          deliver(one);
        }),
    }),
    'an event arrives as it was published',
  ],
  ['that loses the key', badEnvelopes(() => ({ key: undefined })), 'an event arrives as it was published'],
  ['that makes up the time', badEnvelopes(() => ({ time: 'now' })), 'an event arrives as it was published'],
  ['that makes up ids', badEnvelopes(({ id }) => ({ id: `${id}!` })), 'an event arrives as it was published'],
  [
    'that takes a body for text',
    badEnvelopes(({ body }) => ({ body: Buffer.from(body.toString()) })),
    'a body is bytes, of any kind and number',
  ],
  [
    'that takes every body for JSON',
    badEnvelopes(() => ({ contentType: 'application/json' })),
    'a body is bytes, of any kind and number',
  ],
  [
    'that leaves out headers whose names objects have anyway',
    badEnvelopes(({ headers }) => ({
      headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !(name in Object.prototype))),
    })),
    '8 kB of headers arrive, and those with awkward names',
  ],
  [
    'that lets a header become a prototype',
    badEnvelopes(({ headers }) => ({ headers: Object.create({ ...headers }) as Record<string, string> })),
    'a header named __proto__ is a header or nothing',
  ],
  [
    'that cuts long headers',
    badEnvelopes(({ headers }) => ({
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.slice(0, 4096)])),
    })),
    '8 kB of headers arrive, and those with awkward names',
  ],
  [
    'that loses one in ten',
    (good) => {
      let count = 0;
      return {
        publish: (envelope, limits) => (count++ % 10 === 9 ? Promise.resolve() : good.publish(envelope, limits)),
      };
    },
    'events arrive in the order in which they were published, and not while they are',
  ],
  [
    'that delivers within publish',
    (good) => {
      let take: ((one: never) => void) | undefined;
      return {
        consume: (source, deliver) => {
          take = deliver;
          return good.consume(source, deliver);
        },
        publish: (envelope) => {
          take?.({ envelope, ack: () => undefined } as never);
          return Promise.resolve();
        },
      };
    },
    'events arrive in the order in which they were published, and not while they are',
  ],
  [
    'that has one group only',
    badSources((source) => (source.kind === 'event' ? { ...source, group: 'all' } : source)),
    'each group gets every event',
  ],
  [
    'whose members all get everything',
    badSources((source) => (source.kind === 'event' ? { ...source, group: `g${groups++}` } : source)),
    'the members of a group share the events',
  ],
  [
    'that keeps nothing for who is away',
    badSources((source) => (source.kind === 'event' ? { ...source, group: `g${groups++}` } : source)),
    'a group whose consumers have gone keeps its events',
  ],
  [
    'that says yes to what nobody takes',
    (good) => ({ publish: (envelope, limits) => good.publish(envelope, limits).catch(() => undefined) }),
    'an event that nobody has ever subscribed to is refused, and others go on',
  ],
  [
    'that counts deliveries from 1',
    badDeliveries(({ redeliveries }) => ({ redeliveries: (redeliveries as number) + 1 })),
    'an event arrives as it was published',
  ],
];

test.each(wrongs)('a transport %s is found out', async (_what, sabotage, name) => {
  expect(await failedTransportCases(sabotage, undefined, name)).toEqual([name]);
  expect(eventCases.map((one) => one.name)).toContain(name);
});
