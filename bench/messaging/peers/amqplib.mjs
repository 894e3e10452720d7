// amqplib with nothing around it: what the others are measured against.
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'amqplib';
import { batched } from '../loops.mjs';
import { eventName, groupName } from '../names.mjs';
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

export async function publishSliding({ url, queue, window }) {
  const channel = await confirming(url);
  return sliding(window, (confirmed) => channel.sendToQueue(queue, encode(order), properties, confirmed));
}

/** What keelson has the broker do: a topic exchange, `mandatory`, CloudEvents' attributes, a trace, and the properties that RabbitMQ's own tools show. */
export async function publishSame({ url, queue, window }) {
  const channel = await confirming(url);
  const exchange = 'bench.same';
  await channel.assertExchange(exchange, 'topic', { autoDelete: true });
  await channel.bindQueue(queue, exchange, eventName);
  const described = () => {
    const [id, now] = [randomUUID(), new Date()];
    return {
      ...properties,
      mandatory: true,
      messageId: id,
      type: eventName,
      appId: groupName,
      timestamp: Math.floor(now.getTime() / 1_000),
      headers: {
        cloudEvents_specversion: '1.0',
        cloudEvents_id: id,
        cloudEvents_source: groupName,
        cloudEvents_type: eventName,
        cloudEvents_time: now.toISOString(),
        traceparent: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`,
      },
    };
  };
  return sliding(window, (confirmed) => channel.publish(exchange, eventName, encode(order), described(), confirmed));
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

async function serve(url, queue) {
  const channel = await (await connect(url, socket)).createChannel();
  await channel.assertQueue(queue, { durable: false, autoDelete: true });
  await channel.prefetch(100);
  await channel.consume(queue, (message) => {
    const { replyTo, correlationId } = message.properties;
    channel.sendToQueue(replyTo, encode(decode(message.content)), { correlationId, contentType: 'application/json' });
    channel.ack(message);
  });
}

/** Sends to the server of this process; replies come to an exclusive queue, or to RabbitMQ's pseudo queue. */
export async function request({ url, queue, direct }) {
  await serve(url, queue);
  const channel = await (await connect(url, socket)).createChannel();
  const replyTo = direct ? 'amq.rabbitmq.reply-to' : (await channel.assertQueue('', { exclusive: true })).queue;
  const waiting = new Map();
  let sent = 0;
  const replied = ({ properties: { correlationId }, content }) => {
    waiting.get(correlationId)(decode(content));
    waiting.delete(correlationId);
  };
  await channel.consume(replyTo, replied, { noAck: true });
  return () =>
    new Promise((resolve) => {
      const correlationId = String(sent++);
      waiting.set(correlationId, resolve);
      channel.sendToQueue(queue, encode(order), { correlationId, replyTo, contentType: 'application/json' });
    });
}
