// The queues at the broker, made and looked at from the process that measures nothing.
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'amqplib';

export async function administer(url) {
  const connection = await connect(url);
  // Calls reject by themselves when it is gone.
  connection.on('error', () => undefined);
  const channel = await connection.createChannel();

  return {
    version: connection.connection.serverProperties.version,

    remove: (queue) => channel.deleteQueue(queue),

    /** An empty durable one. A classic one is not called so, as a peer that declares it again does not either. */
    async declare(queue, type) {
      const args = type === 'classic' ? {} : { 'x-queue-type': type };
      await channel.assertQueue(queue, { durable: true, arguments: args });
    },

    /** A quorum queue may take a moment to count what it has. */
    async expect(queue, expected) {
      let count;
      for (let tries = 0; tries < 100; tries++) {
        count = (await channel.checkQueue(queue)).messageCount;
        if (count === expected) return;
        await sleep(100);
      }
      throw new Error(`${queue} holds ${count} messages and not ${expected}`);
    },

    close: () => connection.close(),
  };
}
