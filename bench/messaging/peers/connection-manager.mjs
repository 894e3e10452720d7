// amqp-connection-manager 5: amqplib with reconnection around it.
import { connect } from 'amqp-connection-manager';
import { windowed } from '../loops.mjs';
import { decode, order } from '../order.mjs';

async function opened(url, options) {
  const connection = connect([url], { connectionOptions: { noDelay: true } });
  const channel = connection.createChannel(options);
  await channel.waitForConnect();
  return { connection, channel };
}

export async function publish({ url, queue, window }) {
  const { channel } = await opened(url, { json: true });
  return windowed(window, () => channel.sendToQueue(queue, order, { persistent: true }));
}

export async function consume({ url, queue, prefetch, seen }) {
  const { connection, channel } = await opened(url, { confirm: false });
  const taken = (message) => {
    seen(decode(message.content));
    channel.ack(message);
  };
  await channel.consume(queue, taken, { prefetch });
  return async () => {
    await channel.close();
    await connection.close();
  };
}
