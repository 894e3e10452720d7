import { connect } from 'amqplib';
import { applyTopology, topologyOf } from '../../../src/messaging/amqp';
import { brokerError, FakeModel } from './support/fake-amqp';
import { ended } from './support/outgoing';

jest.mock('amqplib', () => ({ connect: jest.fn() }));

const command = { kind: 'command', name: 'stock.reserve', prefetch: 1 } as const;
const declarations = topologyOf([command], { queueType: 'quorum' });

function standing(): FakeModel {
  const model = new FakeModel();
  (connect as unknown as jest.Mock).mockResolvedValueOnce(model);
  return model;
}

test('declares all on a connection that it closes', async () => {
  const model = standing();
  await applyTopology(declarations, { url: 'amqp://rabbit' });
  expect(model.last.asked.map(({ what }) => what)).toEqual(['assertExchange', 'assertQueue', 'bindQueue']);
  expect(model.closed).toBe(true);
});

test('says what is refused, and closes it all the same', async () => {
  const model = standing();
  model.prepare = (channel) => channel.refusals.set('assertQueue', brokerError(406, 'other'));
  expect(await ended(applyTopology(declarations, { url: 'amqp://rabbit' }))).toBe('CONFIG_INVALID');
  expect(model.closed).toBe(true);
});
