import { type Delivery } from '../../../src/messaging';
import { eventually } from '../../support/eventually';
import { testWith } from '../support/need';
import { rabbitPrograms } from '../support/rabbitmq';
import { dataOf, eventOf, groupOf, soon, taken } from './support/envelopes';
import { flowOf } from './support/flow';
import { outcome, Stand } from './support/stand';

const withRabbit = testWith(...rabbitPrograms);
const stand = new Stand();
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

afterAll(() => stand.end());

withRabbit('a broker that is killed and comes back loses nothing that was confirmed', async () => {
  const rabbit = await stand.rabbit();
  const transport = await stand.started();
  const seen = await taken(transport, groupOf('killed.broker'));
  const flow = flowOf(transport, 'killed.broker', 200);
  await sleep(1_000);
  await rabbit.kill();
  await eventually(() => (transport.state === 'connecting' ? true : undefined), 'gone');
  const before = seen.length;
  await rabbit.boot();
  const begun = performance.now();
  await eventually(() => (seen.length > before ? true : undefined), 'the first one after', 30_000);
  const first = performance.now() - begun;
  await sleep(500);
  await flow.end();
  const lost = (): number => {
    const numbers = new Set(seen.map(dataOf));
    return [...flow.confirmed].filter((one) => !numbers.has(one)).length;
  };
  await eventually(() => (lost() === 0 ? true : undefined), 'every confirmed one', 30_000);
  const twice = seen.length - new Set(seen.map(dataOf)).size;
  process.stdout.write(
    `killed: ${flow.confirmed.size} confirmed, 0 lost, ${flow.rejected.size} rejected, ${twice} twice, first delivery ${first.toFixed(0)} ms after the broker answered\n`,
  );
  expect(flow.rejected.size).toBe(0);
  expect(twice).toBeLessThanOrEqual(200 + 100);
  expect(first).toBeLessThan(2_000);
  await transport.stop();
});

withRabbit('a blocked broker stops publishes, not acks; what waits is bounded, and all settles', async () => {
  const rabbit = await stand.rabbit();
  const transport = await stand.started();
  const held: Delivery[] = [];
  const consumption = transport.consume(groupOf('blocked.broker', 'test', { prefetch: 10 }), (one) => held.push(one));
  await consumption.ready;
  for (let i = 0; i < 30; i++) await transport.publish(eventOf('blocked.broker', i), soon);
  await rabbit.alarm(true);
  const publishes = [outcome(transport.publish(eventOf('blocked.broker', 'first'), soon))];
  await eventually(() => (transport.state === 'blocked' ? true : undefined), 'blocked');
  expect(held).toHaveLength(10);
  for (const one of held.slice(0, 10)) one.ack();
  await eventually(() => (held.length >= 20 ? true : undefined), 'acks reach it');
  const body = 'x'.repeat(10_000);
  const rss = process.memoryUsage().rss;
  // At 1,900 a second, as much as a busy service publishes.
  for (let i = 0; i < 400; i++) {
    for (let j = 0; j < 19; j++) publishes.push(outcome(transport.publish(eventOf('blocked.broker', body), soon)));
    await sleep(10);
  }
  const given = await outcome(transport.publish(eventOf('blocked.broker'), { ...soon, timeoutMs: 200 }));
  const grown = (process.memoryUsage().rss - rss) / 1e6;
  await rabbit.alarm(false);
  for (const one of held) one.ack();
  const results = await Promise.all(publishes);
  const full = results.filter((one) => one === 'PUBLISH_BUFFER_FULL').length;
  process.stdout.write(
    `blocked: ${results.length - full} waited, ${full} rejected at once, memory grew by ${grown.toFixed(0)} MB\n`,
  );
  expect(['TIMEOUT', 'PUBLISH_BUFFER_FULL']).toContain(given);
  expect(full).toBeGreaterThan(1_000);
  expect(grown).toBeLessThan(100);
  expect(results.every((one) => one === 'resolved' || one === 'PUBLISH_BUFFER_FULL')).toBe(true);
  expect(transport.outstanding).toBe(0);
  await transport.stop();
});

withRabbit('a frozen broker is found, and what waits arrives once it thaws', async () => {
  const rabbit = await stand.rabbit();
  const transport = await stand.started({ heartbeatMs: 2_000 });
  const seen = await taken(transport, groupOf('frozen.broker'));
  await transport.publish(eventOf('frozen.broker', 0), soon);
  rabbit.freeze();
  const begun = performance.now();
  const waiting = outcome(transport.publish(eventOf('frozen.broker', 1), soon));
  await eventually(() => (transport.state === 'connecting' ? true : undefined), 'found', 20_000);
  const found = performance.now() - begun;
  rabbit.thaw();
  expect(await waiting).toBe('resolved');
  await eventually(() => (seen.some((one) => dataOf(one) === 1) ? true : undefined), 'it came');
  process.stdout.write(`frozen: found after ${found.toFixed(0)} ms (heartbeat 2000)\n`);
  expect(found).toBeLessThan(6_000);
  await transport.stop();
});

withRabbit('settling goes on while the window is full of what users publish', async () => {
  const transport = await stand.started({ maxOutstanding: 10 });
  const settled: number[] = [];
  const consumption = transport.consume(groupOf('full.window'), (delivery) => {
    void delivery.postpone(0, delivery.envelope.attempt + 1).then(() => {
      settled.push(delivery.envelope.attempt);
      delivery.ack();
    });
  });
  await consumption.ready;
  await transport.publish(eventOf('full.window'), soon);
  const flow = flowOf(transport, 'full.window', 300);
  await eventually(() => (settled.length > 100 ? true : undefined), 'a hundred are settled');
  await flow.end();
  await consumption.pause();
  await consumption.close();
  expect(flow.rejected.size).toBe(0);
  await transport.stop();
});
