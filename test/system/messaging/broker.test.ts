import { connect } from 'amqplib';
import { rabbitPrograms, startRabbitMq, type RabbitMq } from '../support/rabbitmq';
import { testWith } from '../support/need';

const withRabbit = testWith(...rabbitPrograms);

let rabbit: RabbitMq | undefined;
afterAll(async () => rabbit?.stop());

withRabbit('a real RabbitMQ starts, is killed, and has kept what it was given', async () => {
  const begun = performance.now();
  rabbit = await startRabbitMq();
  const bootMs = performance.now() - begun;
  const first = await connect(rabbit.url);
  first.on('error', () => undefined);
  const channel = await first.createConfirmChannel();
  await channel.assertQueue('kept', { durable: true });
  channel.sendToQueue('kept', Buffer.from('it'), { persistent: true });
  await channel.waitForConfirms();
  await rabbit.kill();
  const again = performance.now();
  await rabbit.boot();
  const second = await connect(rabbit.url);
  expect((await (await second.createChannel()).checkQueue('kept')).messageCount).toBe(1);
  await second.close();
  expect(await rabbit.ctl('list_queues', 'name')).toContain('kept');
  process.stdout.write(`RabbitMQ: boot ${Math.round(bootMs)} ms, again ${Math.round(performance.now() - again)} ms\n`);
});
