// What is measured, in which order, and against what. `make` is the function of the peer's file; the options are handed to it.
import { commandName, eventQueue, keelsonLeaves } from './names.mjs';

const both = ['classic', 'quorum'];

export const publishBase = 'amqplib, batches of 500 and waitForConfirms';
const sliding = 'amqplib, sliding window of 1,000';
export const publishSame = `${sliding}, as keelson: topic exchange, mandatory, headers`;
export const consumeBase = 'amqplib, prefetch 500';
export const consumeSame = 'amqplib, prefetch 500, of messages that keelson wrote';
export const requestBase = 'amqplib, direct reply-to';
/** As keelson: a queue of that type, confirms, mandatory, headers. */
export const requestSame = (type) => `amqplib, as keelson: ${type} queue, confirms, mandatory, headers`;
export const keelson = {
  publish: 'keelson, 1,000 at a time',
  consume: 'keelson, prefetch 100 (default)',
  consumeWide: 'keelson, prefetch 500',
  request: 'keelson',
  requestClassic: 'keelson, classic queue',
  memory: 'keelson, from publish to handler',
};

const variant = (name, peer, make, options = {}) => ({ name, peer, make, queue: 'bench.orders', options });
const moleculer = (name, make, options) => ({
  ...variant(name, 'moleculer', make, options),
  queue: eventQueue.moleculer,
  types: ['classic'],
});

const own = (name, make, options) => ({
  ...variant(name, 'keelson', make, options),
  queue: make === 'request' ? commandName : eventQueue.keelson,
  declares: true,
  leaves: keelsonLeaves,
});
/** The same with a span of every message, sent to a collector. */
const traced = (one) => ({ ...one, name: `${one.name}, traced at 100 %`, traced: true });

/** Also what fills the queues that others are then drained of. */
const publishers = {
  amqplib: variant(publishBase, 'amqplib', 'publishBatches', { batch: 500 }),
  nest: variant('NestJS ClientRMQ.emit, 1,000 at a time', 'nest', 'publish', { window: 1_000 }),
  moleculer: moleculer('Moleculer emit (no confirms, classic only)', 'publish'),
  keelson: own(keelson.publish, 'publish', { window: 1_000 }),
};

const publish = [
  publishers.amqplib,
  variant(sliding, 'amqplib', 'publishSliding', { window: 1_000 }),
  variant(`${sliding}, topic exchange`, 'amqplib', 'publishSliding', { window: 1_000, topic: true }),
  variant(`${sliding}, mandatory, headers`, 'amqplib', 'publishSliding', { window: 1_000, attributes: true }),
  variant(publishSame, 'amqplib', 'publishSliding', { window: 1_000, topic: true, attributes: true }),
  variant('rabbitmq-client, 500 at a time', 'rabbitmq-client', 'publish', { window: 500 }),
  variant('rabbitmq-client, 1,000 at a time', 'rabbitmq-client', 'publish', { window: 1_000 }),
  variant('amqp-connection-manager, 1,000 at a time', 'connection-manager', 'publish', { window: 1_000 }),
  publishers.nest,
  publishers.moleculer,
  publishers.keelson,
  own('keelson, 250 at a time', 'publish', { window: 250 }),
  { ...traced(publishers.keelson), types: ['quorum'] },
];

const consumers = [
  { ...own(keelson.consume, 'consume'), filledBy: publishers.keelson },
  { ...own(keelson.consumeWide, 'consume', { prefetch: 500 }), filledBy: publishers.keelson },
];

/** keelson declares the queue, as it fills it. */
const same = {
  ...variant(consumeSame, 'amqplib', 'consume', { prefetch: 500 }),
  queue: eventQueue.keelson,
  declares: true,
  leaves: keelsonLeaves,
  filledBy: publishers.keelson,
};

const consume = [
  variant(consumeBase, 'amqplib', 'consume', { prefetch: 500 }),
  same,
  variant('amqplib, prefetch 100', 'amqplib', 'consume', { prefetch: 100 }),
  variant('rabbitmq-client, prefetch 500', 'rabbitmq-client', 'consume', { prefetch: 500 }),
  variant('amqp-connection-manager, prefetch 500', 'connection-manager', 'consume', { prefetch: 500 }),
  { ...variant('NestJS ServerRMQ, prefetch 500', 'nest', 'consume', { prefetch: 500 }), filledBy: publishers.nest },
  {
    ...moleculer('Moleculer, prefetch 500 (classic only)', 'consume', { prefetch: 500 }),
    filledBy: publishers.moleculer,
  },
  ...consumers,
  { ...traced(consumers[0]), types: ['quorum'] },
];

const request = [
  variant(requestBase, 'amqplib', 'request', { direct: true }),
  variant('amqplib, exclusive reply queue', 'amqplib', 'request', { direct: false }),
  ...both.map((queueType) => ({
    ...variant(requestSame(queueType), 'amqplib', 'requestSame', { queueType }),
    declares: true,
  })),
  variant('rabbitmq-client', 'rabbitmq-client', 'request'),
  variant('NestJS ClientRMQ.send', 'nest', 'request'),
  variant('Moleculer broker.call', 'moleculer', 'request'),
  own(keelson.request, 'request'),
  own(keelson.requestClassic, 'request', { queueType: 'classic' }),
  traced(own(keelson.request, 'request')),
];

const inMemory = own(keelson.memory, 'inMemory', { batch: 500 });

/** One group a table. */
export const groups = both
  .flatMap((type) => [
    { kind: 'publish', type, title: `publish with confirm, ${type} queue`, base: publishBase, variants: publish },
    { kind: 'consume', type, title: `consume with manual ack, ${type} queue`, base: consumeBase, variants: consume },
  ])
  .map((group) => ({
    ...group,
    variants: group.variants.filter(({ types = both }) => types.includes(group.type)),
  }));
groups.push({ kind: 'request', title: 'request and reply', base: requestBase, variants: request });
groups.push({ kind: 'memory', title: 'in memory', base: keelson.memory, variants: [inMemory, traced(inMemory)] });

export const defaultFiller = publishers.amqplib;
