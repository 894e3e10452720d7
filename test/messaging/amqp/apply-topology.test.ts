import * as amqplib from 'amqplib';
import { applyOn, applyTopology } from '../../../src/messaging/amqp/apply-topology';
import { topologyOf, type Declaration } from '../../../src/messaging/amqp/topology';
import { freePort } from '../../support/free-port';
import { LetterBroker, endedError, serverError } from './support/letter-broker';

// One test has a connection without a broker; all others have amqplib's own.
jest.mock('amqplib', () => {
  const actual = jest.requireActual<typeof amqplib>('amqplib');
  return { ...actual, connect: jest.fn(actual.connect) };
});

const declarations = topologyOf(
  [{ kind: 'event', name: 'order.placed', group: 'billing', prefetch: 1, ordered: false, delaysMs: [1_000] }],
  { queueType: 'quorum' },
);
let broker: LetterBroker;
beforeEach(() => (broker = new LetterBroker()));

const apply = async (declare = true, these: readonly Declaration[] = declarations): Promise<string[]> =>
  (await applyOn(broker.model, these, declare)).map(
    ({ declaration, state }) =>
      `${declaration.kind} ${declaration.kind === 'binding' ? declaration.queue : declaration.name} ${state}`,
  );
const all = (state: string, bindings: string): string[] => [
  `exchange order ${state}`,
  `queue order.placed.billing.dlq ${state}`,
  `queue order.placed.billing ${state}`,
  `binding order.placed.billing ${bindings}`,
  `exchange keelson.delay.1000 ${state}`,
  `queue keelson.delay.1000 ${state}`,
  `binding keelson.delay.1000 ${bindings}`,
];

test('makes what is not there, and tells it from what was', async () => {
  expect(await apply()).toEqual(all('made', 'made'));
  expect(broker.bindings).toEqual([
    'order.placed.billing order order.placed',
    'keelson.delay.1000 keelson.delay.1000 ',
  ]);
  expect(await apply()).toEqual(all('there', 'bound'));
});

test('without declaring it only looks', async () => {
  expect(await apply(false)).toEqual(all('missing', 'missing'));
  expect([broker.queues.size, broker.exchanges.size, broker.bindings]).toEqual([0, 0, []]);
  await apply();
  expect(await apply(false)).toEqual(all('there', 'bound'));
});

test('what is there and otherwise is refused, and the others are declared', async () => {
  broker.queue('order.placed.billing', [], Infinity, { 'x-queue-type': 'classic' });
  const applied = await applyOn(broker.model, declarations, true);
  const refused = applied.filter(({ state }) => state === 'refused');
  expect(refused).toMatchObject([
    {
      declaration: { name: 'order.placed.billing' },
      error: {
        code: 'CONFIG_INVALID',
        message: expect.stringContaining("its x-queue-type is 'classic', not 'quorum'"),
      },
    },
  ]);
  expect(applied.filter(({ state }) => state === 'made')).toHaveLength(6);
});

test('a queue that services share may be of the other type', async () => {
  broker.queue('keelson.delay.1000', [], Infinity, { 'x-queue-type': 'classic' });
  expect(await apply()).toContain('queue keelson.delay.1000 there');
});

test('what may not be looked at is refused', async () => {
  broker.failWith = serverError(403, 'ACCESS-REFUSED', 'no');
  expect(await apply()).toContain('exchange order refused');
});

test('a connection that is lost is told', async () => {
  broker.failWith = endedError();
  await expect(applyOn(broker.model, declarations, true)).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
});

test('connects for it, and closes the connection in the end', async () => {
  jest.mocked(amqplib.connect).mockResolvedValueOnce(broker.model);
  const applied = await applyTopology(declarations, { url: 'amqp://rabbit' });
  expect(new Set(applied.map(({ state }) => state))).toEqual(new Set(['made']));
  expect(broker.closed).toBe(true);
});

test('a broker that is away is told, and options that are not valid', async () => {
  const url = `amqp://127.0.0.1:${await freePort()}`;
  await expect(applyTopology([], { url })).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
  await expect(applyTopology([], { url: 'http://here' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});
