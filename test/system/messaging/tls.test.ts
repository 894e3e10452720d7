import { amqpTransport, type AmqpTls } from '../../../src/messaging/amqp';
import { type Transport } from '../../../src/messaging';
import { eventually } from '../../support/eventually';
import { authority } from '../../support/self-signed';
import { testWith } from '../support/need';
import { rabbitPrograms, startRabbitMq, type RabbitMq } from '../support/rabbitmq';
import { dataOf, eventOf, groupOf, soon, taken } from './support/envelopes';
import { outcome } from './support/stand';

const withRabbit = testWith(...rabbitPrograms);
const [ours, others] = [authority('ours'), authority('others')];
const [server, client, stranger] = [ours.sign('rabbit'), ours.sign('client'), others.sign('client')];
const transports: Transport[] = [];
let rabbit: RabbitMq | undefined;

afterAll(async () => {
  await Promise.all(transports.map((transport) => transport.stop()));
  await rabbit?.stop();
});

/** Waits 10 s for the broker. */
async function over(tls: AmqpTls): Promise<Transport> {
  rabbit ??= await startRabbitMq({ ...server, clients: ours.cert });
  const transport = amqpTransport({ url: rabbit.tlsUrl, tls });
  transports.push(transport);
  await transport.start(AbortSignal.timeout(10_000));
  return transport;
}

withRabbit('events go over TLS, with a certificate of the client, also after the connection was lost', async () => {
  const transport = await over({ ca: ours.cert, cert: client.cert, key: client.key });
  const seen = await taken(transport, groupOf('sent.secretly'));
  const large = 'x'.repeat(300_000);
  for (let i = 0; i < 200; i++) await transport.publish(eventOf('sent.secretly', i), soon);
  await transport.publish(eventOf('sent.secretly', large), soon);
  await eventually(() => (seen.length === 201 ? true : undefined), 'all events');
  expect(seen.map(dataOf)).toEqual([...Array(200).keys(), large]);
  await rabbit?.ctl('close_all_connections', 'a test');
  await transport.publish(eventOf('sent.secretly', 'after'), soon);
  await eventually(() => (seen.some((one) => dataOf(one) === 'after') ? true : undefined), 'the event after');
});

withRabbit('a broker that is not trusted is not spoken to, and the error says why', async () => {
  const transport = await over({ ca: others.cert, cert: client.cert, key: client.key });
  expect(await outcome(transport.publish(eventOf('sent.secretly'), { ...soon, timeoutMs: 1_000 }))).toBe('TIMEOUT');
  expect(transport.state).toBe('connecting');
  expect(JSON.stringify(transport.details())).toMatch(/certificate/);
});

withRabbit('a client that is not trusted gets nowhere', async () => {
  const transport = await over({ ca: ours.cert, cert: stranger.cert, key: stranger.key });
  expect(await outcome(transport.publish(eventOf('sent.secretly'), { ...soon, timeoutMs: 1_000 }))).toBe('TIMEOUT');
});
