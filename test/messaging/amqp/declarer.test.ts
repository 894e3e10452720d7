import { Declarer } from '../../../src/messaging/amqp/declarer';
import { ended } from './support/outgoing';
import { brokerError, FakeModel } from './support/fake-amqp';

const queue = (name: string, shared = false) => ({ kind: 'queue', name, arguments: {}, shared }) as const;

test('each thing once, on one channel, until it is forgotten', async () => {
  const model = new FakeModel();
  const declarer = new Declarer(model.model, true);
  await Promise.all([declarer.ensure([queue('a'), queue('b')]), declarer.ensure([queue('a')])]);
  expect(model.channels).toHaveLength(1);
  expect(model.last.named('assertQueue').map(([name]) => name)).toEqual(['a', 'b']);
  declarer.forget([queue('a')]);
  await declarer.ensure([queue('a'), queue('b')]);
  expect(model.last.named('assertQueue')).toHaveLength(3);
});

test('a refusal costs a channel, and no other declaration', async () => {
  const model = new FakeModel();
  model.prepare = (channel, index) => {
    if (index === 0) channel.refusals.set('assertQueue', brokerError(406, 'other'));
  };
  const declarer = new Declarer(model.model, true);
  const both = [ended(declarer.ensure([queue('a')])), ended(declarer.ensure([queue('b')]))];
  expect(await Promise.all(both)).toEqual(['CONFIG_INVALID', 'resolved']);
  expect(model.channels).toHaveLength(2);
  expect(await ended(declarer.ensure([queue('a')]))).toBe('resolved');
});

test('what services share may be declared otherwise, if it is there', async () => {
  const model = new FakeModel();
  model.prepare = (channel) => channel.refusals.set('assertQueue', brokerError(406, 'other'));
  await new Declarer(model.model, true).ensure([queue('keelson.delay.1000', true)]);
  expect(model.last.named('checkQueue')).toHaveLength(1);
});

test('a connection that is lost is another matter', async () => {
  const model = new FakeModel();
  model.unable = new Error('Channel closed');
  const declarer = new Declarer(model.model, false);
  expect(await ended(declarer.ensure([queue('a')]))).toBe('CONNECTION_FAILED');
  model.unable = undefined;
  expect(await ended(declarer.ensure([queue('a')]))).toBe('resolved');
});
