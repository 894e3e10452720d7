// amqplib with nothing around it: what the others are measured against.
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'amqplib';
import { batched } from '../loops.mjs';
import { commandName, eventName, groupName } from '../names.mjs';
import { decode, encode, order } from '../order.mjs';

/** Without it, one request at a time takes 40 ms. */
const socket = { noDelay: true };
const properties = { persistent: true, contentType: 'application/json' };

async function confirming(url) {
  const connection = await connect(url, socket);
  return connection.createConfirmChannel();
}

export async function publishBatches({ url, queue, batch }) {
  const channel = await confirming(url);
  const begin = () => {
    if (!channel.sendToQueue(queue, encode(order), properties)) return once(channel, 'drain');
  };
  return batched(batch, begin, () => channel.waitForConfirms());
}

/** With a callback per message, and no promise: the least that tells each publisher what became of its message. `send` sends one and calls back. */
const sliding = (window, send) => (more) =>
  new Promise((resolve, reject) => {
    let sent = 0;
    let done = 0;
    const go = () => {
      while (sent - done < window && more()) {
        sent += 1;
        send(confirmed);
      }
      if (sent === done) resolve(sent);
    };
    const confirmed = (error) => {
      if (error) return reject(error);
      done += 1;
      go();
    };
    go();
  });

/** What keelson writes beside the data: `mandatory`, CloudEvents' attributes, a trace, and the properties that RabbitMQ's own tools show. */
function described(type) {
  const [id, now] = [randomUUID(), new Date()];
  return {
    ...properties,
    mandatory: true,
    messageId: id,
    type,
    appId: groupName,
    timestamp: Math.floor(now.getTime() / 1_000),
    headers: {
      cloudEvents_specversion: '1.0',
      cloudEvents_id: id,
      cloudEvents_source: groupName,
      cloudEvents_type: type,
      cloudEvents_time: now.toISOString(),
      traceparent: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`,
    },
  };
}

/** `topic`: routed by a topic exchange and not by the default one. `attributes`: with what keelson writes beside the data. */
export async function publishSliding({ url, queue, window, topic = false, attributes = false }) {
  const channel = await confirming(url);
  const [exchange, key] = topic ? ['bench.topic', eventName] : ['', queue];
  if (topic) {
    await channel.assertExchange(exchange, 'topic', { autoDelete: true });
    await channel.bindQueue(queue, exchange, key);
  }
  const beside = attributes ? () => described(eventName) : () => properties;
  return sliding(window, (confirmed) => channel.publish(exchange, key, encode(order), beside(), confirmed));
}

export async function consume({ url, queue, prefetch, seen }) {
  const connection = await connect(url, socket);
  const channel = await connection.createChannel();
  await channel.prefetch(prefetch);
  await channel.consume(queue, (message) => {
    seen(decode(message.content));
    channel.ack(message);
  });
  return async () => {
    await channel.close();
    await connection.close();
  };
}

/** Answers what comes to the queue that `declared` has declared on its channel. */
async function serve(url, queue, declared) {
  const channel = await (await connect(url, socket)).createChannel();
  await declared(channel);
  await channel.prefetch(100);
  await channel.consume(queue, (message) => {
    const { replyTo, correlationId } = message.properties;
    channel.sendToQueue(replyTo, encode(decode(message.content)), { correlationId, contentType: 'application/json' });
    channel.ack(message);
  });
}

/** What waits for replies, by correlation id, and takes them from `replyTo`. */
async function replies(channel, replyTo) {
  const waiting = new Map();
  const replied = ({ properties: { correlationId }, content }) => {
    waiting.get(correlationId)(decode(content));
    waiting.delete(correlationId);
  };
  await channel.consume(replyTo, replied, { noAck: true });
  return waiting;
}

const exclusive = async (channel) => (await channel.assertQueue('', { exclusive: true })).queue;

/** Sends to the server of this process; replies come to an exclusive queue, or to RabbitMQ's pseudo queue. */
export async function request({ url, queue, direct }) {
  await serve(url, queue, (channel) => channel.assertQueue(queue, { durable: false, autoDelete: true }));
  const channel = await (await connect(url, socket)).createChannel();
  const replyTo = direct ? 'amq.rabbitmq.reply-to' : await exclusive(channel);
  const waiting = await replies(channel, replyTo);
  let sent = 0;
  return () =>
    new Promise((resolve) => {
      const correlationId = String(sent++);
      waiting.set(correlationId, resolve);
      channel.sendToQueue(queue, encode(order), { correlationId, replyTo, contentType: 'application/json' });
    });
}

/** Has the broker do what keelson has it do: keep commands in a queue that outlives it, say that it has them, or that nobody takes them. */
export async function requestSame({ url, queue, queueType }) {
  const exchange = 'bench.commands';
  await serve(url, queue, async (channel) => {
    await channel.assertExchange(exchange, 'direct', { autoDelete: true });
    await channel.assertQueue(queue, { arguments: { 'x-queue-type': queueType } });
    await channel.bindQueue(queue, exchange, commandName);
  });
  const channel = await confirming(url);
  const replyTo = await exclusive(channel);
  const waiting = await replies(channel, replyTo);
  return () =>
    new Promise((resolve, reject) => {
      const command = described(commandName);
      const correlationId = command.messageId;
      command.headers['keelson-deadline'] = Date.now() + 30_000;
      waiting.set(correlationId, resolve);
      const confirmed = (error) => error && reject(error);
      channel.publish(exchange, commandName, encode(order), { ...command, correlationId, replyTo }, confirmed);
    });
}
