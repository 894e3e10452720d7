// rabbitmq-client 5, which encodes and decodes JSON itself.
import { Connection } from 'rabbitmq-client';
import { windowed } from '../loops.mjs';
import { order } from '../order.mjs';

const connection = (url) => new Connection({ url, noDelay: true });

export async function publish({ url, queue, window }) {
  const publisher = connection(url).createPublisher({ confirm: true });
  return windowed(window, () => publisher.send({ routingKey: queue, durable: true }, order));
}

/** It acknowledges when the handler's promise resolves. */
export async function consume({ url, queue, prefetch, seen }) {
  const connected = connection(url);
  const options = { queue, queueOptions: { passive: true }, qos: { prefetchCount: prefetch } };
  const consumer = connected.createConsumer(options, async (message) => seen(message.body));
  return async () => {
    await consumer.close();
    await connected.close();
  };
}

export async function request({ url, queue }) {
  const connected = connection(url);
  const options = { queue, queueOptions: { durable: false, autoDelete: true }, qos: { prefetchCount: 100 } };
  const server = connected.createConsumer(options, async (message, reply) => reply(message.body));
  await new Promise((resolve) => server.once('ready', resolve));
  const client = connected.createRPCClient();
  return async () => (await client.send(queue, order)).body;
}
