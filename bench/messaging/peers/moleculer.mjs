// Moleculer 0.15 on its AMQP transporter. Events are balanced by RabbitMQ (`disableBalancer`): only so are they acknowledged after their handler. It knows no
// confirms, and the options of queues hold for all its queues, so that none can be a quorum queue.
import { ServiceBroker } from 'moleculer';
import { batched } from '../loops.mjs';
import { eventName, groupName } from '../names.mjs';
import { order } from '../order.mjs';

function broker(url, nodeID, { prefetch = 100, ...options } = {}) {
  return new ServiceBroker({
    nodeID,
    logger: false,
    transporter: {
      type: 'AMQP',
      options: {
        url,
        prefetch,
        autoDeleteQueues: false,
        queueOptions: { durable: true },
        messageOptions: { persistent: true },
        socketOptions: { noDelay: true },
      },
    },
    ...options,
  });
}

/** Nothing tells a publisher that its event was taken. After every 500 it asks the broker something else, which is answered when all of them were read. */
export async function publish({ url, queue }) {
  const node = broker(url, 'publisher', { disableBalancer: true });
  await node.start();
  const { channel } = node.transit.tx;
  return batched(
    500,
    () => node.emit(eventName, order, { groups: [groupName] }),
    () => channel.checkQueue(queue),
  );
}

export async function consume({ url, prefetch, seen }) {
  const node = broker(url, 'taker', { disableBalancer: true, prefetch });
  node.createService({ name: groupName, events: { [eventName]: (ctx) => seen(ctx.params) } });
  await node.start();
  return () => node.stop();
}

export async function request({ url }) {
  const server = broker(url, 'server');
  const client = broker(url, 'client', { requestTimeout: 10_000 });
  server.createService({ name: 'orders', actions: { check: (ctx) => ctx.params } });
  await server.start();
  await client.start();
  await client.waitForServices('orders', 10_000);
  return () => client.call('orders.check', order);
}
