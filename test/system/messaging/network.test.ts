import { type Delivery } from '../../../src/messaging';
import { eventually } from '../../support/eventually';
import { testWith } from '../support/need';
import { rabbitPrograms } from '../support/rabbitmq';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy';
import { dataOf, eventOf, groupOf, soon, taken } from './support/envelopes';
import { flowOf, type Flow } from './support/flow';
import { outcome, Stand } from './support/stand';

const withRabbit = testWith(...rabbitPrograms);
const stand = new Stand();
let proxy: TcpProxy | undefined;

afterAll(async () => {
  await stand.end();
  await proxy?.close();
});

async function throughProxy(): Promise<{ proxy: TcpProxy; url: string }> {
  await proxy?.close();
  proxy = await startTcpProxy((await stand.rabbit()).port);
  return { proxy, url: `amqp://guest:guest@127.0.0.1:${proxy.port}` };
}

async function allArrived(seen: Delivery[], flow: Flow): Promise<number> {
  await flow.end();
  const missing = (): number[] => {
    const numbers = new Set(seen.map(dataOf));
    return [...flow.confirmed].filter((one) => !numbers.has(one));
  };
  await eventually(() => (missing().length === 0 ? true : undefined), 'every confirmed one', 30_000);
  return seen.length - new Set(seen.map(dataOf)).size;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.each([
  ['reset', (one: TcpProxy) => one.reset()],
  ['reset in mid-frame', (one: TcpProxy) => one.resetAfter(1_234)],
  ['half-closed', (one: TcpProxy) => one.halfClose()],
])('a connection that is %s', (name, fault) => {
  withRabbit('is made again, and nothing is lost', async () => {
    const { proxy, url } = await throughProxy();
    const transport = await stand.started({ url });
    const event = `cut.${name.replace(/\W/g, '_')}`;
    const seen = await taken(transport, groupOf(event));
    const flow = flowOf(transport, event);
    for (let i = 0; i < 3; i++) {
      await sleep(300);
      const before = flow.confirmed.size;
      fault(proxy);
      await eventually(() => (flow.confirmed.size > before + 200 ? true : undefined), 'it goes on');
    }
    const twice = await allArrived(seen, flow);
    process.stdout.write(`${name} three times: ${flow.confirmed.size} confirmed, 0 lost, ${twice} twice\n`);
    expect(flow.rejected.size).toBe(0);
    expect(twice).toBeLessThanOrEqual(3 * (50 + 100));
    await transport.stop();
  });
});

withRabbit('a black hole is found within two heartbeats and two seconds, and nothing is lost', async () => {
  const { proxy, url } = await throughProxy();
  const transport = await stand.started({ url, heartbeatMs: 2_000 });
  const seen = await taken(transport, groupOf('black.hole'));
  const flow = flowOf(transport, 'black.hole');
  await sleep(500);
  const begun = performance.now();
  proxy.mode = { kind: 'drop' };
  await eventually(() => (transport.state === 'connecting' ? true : undefined), 'it is found', 20_000);
  const found = performance.now() - begun;
  proxy.mode = { kind: 'pass' };
  await eventually(() => (transport.state === 'connected' ? true : undefined), 'it is back', 20_000);
  await sleep(300);
  const twice = await allArrived(seen, flow);
  process.stdout.write(`black hole: found after ${found.toFixed(0)} ms (heartbeat 2000), ${twice} twice\n`);
  expect(found).toBeLessThan(6_000);
  expect(flow.rejected.size).toBe(0);
  await transport.stop();
});

withRabbit('a slow line and a far one lose nothing', async () => {
  const { proxy, url } = await throughProxy();
  const transport = await stand.started({ url });
  const seen = await taken(transport, groupOf('slow.line'));
  proxy.mode = { kind: 'latency', ms: 100 };
  const far = flowOf(transport, 'slow.line', 10);
  await sleep(1_000);
  await allArrived(seen, far);
  proxy.mode = { kind: 'slow', bytesPerSecond: 1_000 };
  const result = await outcome(transport.publish(eventOf('slow.line', -1), { ...soon, timeoutMs: 20_000 }));
  expect(result).toBe('resolved');
  proxy.mode = { kind: 'pass' };
  await transport.stop();
});

withRabbit('requests that wait when the connection is lost are told that nobody knows', async () => {
  const { proxy, url } = await throughProxy();
  const transport = await stand.started({ url });
  const handled = transport.consume({ kind: 'command', name: 'slow.command', prefetch: 10 }, () => undefined);
  await handled.ready;
  const asked = outcome(transport.request(eventOf('slow.command'), { timeoutMs: 20_000, signal: undefined }));
  await sleep(200);
  proxy.reset();
  expect(await asked).toBe('CONNECTION_FAILED unknown');
  await eventually(() => (transport.state === 'connected' ? true : undefined), 'back');
  const late = transport.request(eventOf('slow.command'), { timeoutMs: 300, signal: undefined });
  expect(await outcome(late)).toBe('TIMEOUT unknown');
  const abort = new AbortController();
  const given = outcome(transport.request(eventOf('slow.command'), { timeoutMs: 20_000, signal: abort.signal }));
  await sleep(100);
  abort.abort();
  expect(await given).toBe('ABORTED unknown');
  await transport.stop();
});

withRabbit('a broker that is away fails over to the next, and a stop is never kept', async () => {
  const { proxy, url } = await throughProxy();
  const transport = await stand.started({ url: ['amqp://127.0.0.1:1', url] });
  expect(transport.state).toBe('connected');
  expect(transport.details()['address']).toBe(`amqp://127.0.0.1:${proxy.port}`);
  await taken(transport, groupOf('stop.event'));
  await transport.publish(eventOf('stop.event'), soon);
  proxy.mode = { kind: 'drop' };
  const hanging = outcome(transport.publish(eventOf('stop.event'), soon));
  await sleep(50);
  const begun = performance.now();
  await transport.stop(AbortSignal.timeout(500));
  const ms = performance.now() - begun;
  process.stdout.write(`stop with a dead broker: ${ms.toFixed(0)} ms\n`);
  expect(await hanging).toBe('STOPPED unknown');
  expect(ms).toBeLessThan(3_000);
  expect(transport.state).toBe('stopped');
});

withRabbit('a broker that is not there at first is found when it comes', async () => {
  const { proxy, url } = await throughProxy();
  proxy.mode = { kind: 'refuse' };
  const transport = await stand.transport({ url });
  const seen: Delivery[] = [];
  transport.consume(groupOf('comes.later'), (delivery) => {
    seen.push(delivery);
    delivery.ack();
  });
  await transport.start(AbortSignal.timeout(1_000));
  expect(transport.state).toBe('connecting');
  const waits = outcome(transport.publish(eventOf('comes.later'), soon));
  proxy.mode = { kind: 'pass' };
  const begun = performance.now();
  await eventually(() => (transport.state === 'connected' ? true : undefined), 'connected');
  expect(performance.now() - begun).toBeLessThan(2_000);
  // A queue comes with its consumer: before that nobody takes it.
  if ((await waits) === 'resolved') await eventually(() => (seen.length > 0 ? true : undefined), 'it came');
  await transport.stop();
});
