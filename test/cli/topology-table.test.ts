import { appliedJson, appliedTable, topologyJson, topologyTable } from '../../src/cli/topology-table';
import { type AppliedDeclaration, type Declaration } from '../../src/messaging/amqp';

const exchange: Declaration = { kind: 'exchange', name: 'order', type: 'topic' };
const queue: Declaration = {
  kind: 'queue',
  name: 'order.placed.billing',
  arguments: { 'x-queue-type': 'quorum', 'x-dead-letter-exchange': '', 'x-message-ttl': 5 },
  shared: false,
};
const plainQueue: Declaration = { kind: 'queue', name: 'plain', arguments: {}, shared: false };
const binding: Declaration = { kind: 'binding', queue: 'order.placed.billing', exchange: 'order', routingKey: '' };

test('is three tables', () => {
  expect(topologyTable([exchange, queue, plainQueue, binding])).toBe(
    [
      'EXCHANGE  TYPE',
      'order     topic',
      '',
      'QUEUE                 TYPE     ARGUMENTS',
      'order.placed.billing  quorum   x-dead-letter-exchange="" x-message-ttl=5',
      'plain                 classic  -',
      '',
      'BINDING OF            TO     ROUTING KEY',
      'order.placed.billing  order  -',
      '',
    ].join('\n'),
  );
});

test('what there is none of is left out', () => {
  expect(topologyTable([])).toBe('');
  expect(topologyTable([exchange])).toBe('EXCHANGE  TYPE\norder     topic\n');
});

test('for programs', () => {
  expect(topologyJson([exchange, queue, binding])).toEqual({
    exchanges: [{ name: 'order', type: 'topic' }],
    queues: [{ name: 'order.placed.billing', arguments: queue.arguments }],
    bindings: [{ queue: 'order.placed.billing', exchange: 'order', routingKey: '' }],
  });
});

test('what became of them', () => {
  const applied: AppliedDeclaration[] = [
    { declaration: exchange, state: 'made', error: undefined },
    { declaration: queue, state: 'refused', error: new Error('otherwise') },
    { declaration: plainQueue, state: 'there', error: undefined },
    { declaration: binding, state: 'bound', error: undefined },
  ];
  expect(appliedTable(applied)).toBe(
    [
      'KIND      NAME                           STATE',
      'exchange  order                          made',
      'queue     order.placed.billing           REFUSED',
      'queue     plain                          was there',
      'binding   order.placed.billing to order  bound',
      '',
    ].join('\n'),
  );
  expect(appliedJson(applied)[1]).toEqual({
    kind: 'queue',
    name: 'order.placed.billing',
    state: 'refused',
    error: 'otherwise',
  });
  expect(appliedJson(applied)[0]).toEqual({ kind: 'exchange', name: 'order', state: 'made' });
});
