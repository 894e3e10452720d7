import { defineEvent } from '../../../src/messaging';
import { createService, type Service } from '../../../src/service';
import { ask } from '../../support/ask';
import { captureLog, type CapturedLog } from '../../support/captured-log';
import { eventually } from '../../support/eventually';
import { groupOf, taken } from '../messaging/support/envelopes';
import { flowOf, missingOf } from '../messaging/support/flow';
import { outcome, Stand } from '../messaging/support/stand';
import { rabbitPrograms } from '../support/rabbitmq';
import { freePort } from '../support/server';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy';
import { fault } from './support/fault';
import { inMegabytes, memoryOf } from './support/proc-status';

const stand = new Stand();
const proxies: TcpProxy[] = [];
const services: Service[] = [];
let log: CapturedLog | undefined;
const options = { needs: rabbitPrograms, timeoutMs: 120_000 };
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const token = 'only-for-this-test-0123';

afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop()));
  log?.restore();
  log = undefined;
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
});
afterAll(() => stand.end());

async function proxied(): Promise<{ proxy: TcpProxy; url: string }> {
  const proxy = await startTcpProxy((await stand.rabbit()).port);
  proxies.push(proxy);
  return { proxy, url: `amqp://guest:guest@127.0.0.1:${proxy.port}` };
}

function serviceWith(url: string): Service {
  log ??= captureLog();
  const service = createService({
    name: 'billing',
    version: '1.2.3',
    settings: {
      http: { port: 0, host: '127.0.0.1' },
      management: { token },
      shutdown: { signals: false },
      messaging: { url: [url] },
    },
  });
  services.push(service);
  return service;
}

fault(
  76,
  'there is no broker when a service starts',
  'it starts, serves, and takes messages within 2 s of when the broker is there',
  async (report) => {
    const { proxy, url } = await proxied();
    proxy.mode = { kind: 'refuse' };
    const event = defineEvent<number>('late.broker');
    const service = serviceWith(url);
    const seen: number[] = [];
    service.messaging.subscribe(event, ({ data }) => void seen.push(data));
    const begun = performance.now();
    const { port } = await service.start();
    const startMs = performance.now() - begun;
    expect((await ask(port, '/readyz')).status).toBe(200);
    await sleep(3_000);
    proxy.mode = { kind: 'pass' };
    const there = performance.now();
    await eventually(
      async () => (await outcome(service.messaging.publish(event, 1))) === 'resolved' || undefined,
      'taken',
    );
    await eventually(() => seen.length > 0 || undefined, 'handled');
    const ms = performance.now() - there;
    report(
      `ready after ${Math.round(startMs)} ms; first message handled ${Math.round(ms)} ms after the broker was there (limit 2000)`,
    );
    expect(ms).toBeLessThanOrEqual(2_000);
  },
  options,
);

fault(
  77,
  'the broker is frozen for 20 s (SIGSTOP) while events are published and handled',
  'it is noticed within 2 heartbeats + 2 s, and nothing is lost',
  async (report) => {
    const rabbit = await stand.rabbit();
    const transport = await stand.started();
    const seen = await taken(transport, groupOf('frozen.fault'));
    const flow = flowOf(transport, 'frozen.fault');
    await sleep(1_000);
    rabbit.freeze();
    const begun = performance.now();
    await eventually(() => transport.state === 'connecting' || undefined, 'noticed', 20_000);
    const noticed = performance.now() - begun;
    await sleep(Math.max(0, 20_000 - noticed));
    rabbit.thaw();
    await eventually(() => transport.state === 'connected' || undefined, 'back', 20_000);
    await sleep(500);
    await flow.end();
    await eventually(() => missingOf(flow, seen).length === 0 || undefined, 'all have arrived', 30_000);
    report(
      `noticed after ${Math.round(noticed)} ms (limit 12000); ${flow.confirmed.size} confirmed, 0 lost, ${flow.rejected.size} rejected`,
    );
    expect(noticed).toBeLessThanOrEqual(12_000);
    await transport.stop();
  },
  options,
);

fault(
  78,
  'the connection to the broker is half-closed three times, and reset in mid-frame three times',
  'it is made again, and nothing is lost',
  async (report) => {
    const { proxy, url } = await proxied();
    const transport = await stand.started({ url });
    const seen = await taken(transport, groupOf('cut.fault'));
    const flow = flowOf(transport, 'cut.fault');
    let slowest = 0;
    for (let cut = 0; cut < 6; cut++) {
      await sleep(200);
      const before = flow.confirmed.size;
      const begun = performance.now();
      if (cut % 2 === 0) proxy.halfClose();
      else proxy.resetAfter(1_234);
      await eventually(() => flow.confirmed.size > before + 200 || undefined, 'it goes on', 20_000);
      slowest = Math.max(slowest, performance.now() - begun);
    }
    await flow.end();
    await eventually(() => missingOf(flow, seen).length === 0 || undefined, 'all have arrived', 30_000);
    report(
      `${flow.confirmed.size} confirmed, 0 lost, ${flow.rejected.size} rejected; publishing went on within ${Math.round(slowest)} ms`,
    );
    expect(flow.rejected.size).toBe(0);
    await transport.stop();
  },
  options,
);

fault(
  79,
  'the broker is out of memory for 8 s (connection.blocked) while 1,900 events of 10 kB a second are published',
  'memory grows by less than 50 MB, all publishes settle, /health says so',
  async (report) => {
    const rabbit = await stand.rabbit();
    const event = defineEvent<string>('blocked.fault');
    const service = serviceWith(rabbit.url);
    service.messaging.subscribe(event, () => undefined);
    const { port } = await service.start();
    await eventually(
      async () => (await outcome(service.messaging.publish(event, ''))) === 'resolved' || undefined,
      'routed',
    );
    const body = 'x'.repeat(10_000);
    const results: Promise<unknown>[] = [];
    const second = async (): Promise<void> => {
      for (let tick = 0; tick < 50; tick++) {
        for (let i = 0; i < 38; i++) results.push(outcome(service.messaging.publish(event, body)));
        await sleep(20);
      }
    };
    // The same load while all is well: what it leaves to the garbage collector is not what the block adds.
    for (let i = 0; i < 4; i++) await second();
    const before = memoryOf(process.pid);
    await rabbit.alarm(true);
    let peak = 0;
    for (let i = 0; i < 8; i++) {
      await second();
      peak = Math.max(peak, memoryOf(process.pid));
    }
    const health = await ask(port, '/health', { headers: { authorization: `Bearer ${token}` } });
    expect((await ask(port, '/readyz')).status).toBe(200);
    await rabbit.alarm(false);
    const settled = await Promise.all(results);
    const count = (code: string): number => settled.filter((one) => one === code).length;
    const [ok, full] = [count('resolved'), count('PUBLISH_BUFFER_FULL')];
    report(
      `${settled.length} published: ${ok} confirmed, ${full} refused with PUBLISH_BUFFER_FULL, ${settled.length - ok - full} else`,
    );
    report(`memory grew by ${inMegabytes(Math.max(0, peak - before))} (limit 50 MB)`);
    expect(health.body).toContain('"state":"blocked"');
    expect(settled.length - ok - full).toBe(0);
    expect(peak - before).toBeLessThanOrEqual(50 * 1024 * 1024);
  },
  options,
);

fault(
  32,
  'the broker goes away under a running service',
  'it stays alive and ready, and the probes stay fast',
  async (report) => {
    const { proxy, url } = await proxied();
    const service = serviceWith(url);
    service.messaging.subscribe(defineEvent('gone.fault'), () => undefined);
    const { port } = await service.start();
    await sleep(500);
    proxy.mode = { kind: 'refuse' };
    proxy.reset();
    let slowest = 0;
    for (let i = 0; i < 100; i++) {
      for (const probe of ['/livez', '/readyz']) {
        const begun = performance.now();
        expect((await ask(port, probe)).status).toBe(200);
        slowest = Math.max(slowest, performance.now() - begun);
      }
      await sleep(20);
    }
    report(`without its broker: 200 of 200 probes answered 200, the slowest within ${Math.round(slowest)} ms`);
  },
  options,
);

fault(
  81,
  'the user, the password or the virtual host is wrong',
  'a clear error without the password, at most one attempt a second',
  async (report) => {
    const { port } = await stand.rabbit();
    const tried: string[] = [];
    for (const path of [
      `guest:sesame@127.0.0.1:${port}`,
      `nobody:sesame@127.0.0.1:${port}`,
      `guest:guest@127.0.0.1:${port}/nowhere`,
    ]) {
      const proxy = await startTcpProxy(port);
      proxies.push(proxy);
      const url = `amqp://${path.replace(`:${port}`, `:${proxy.port}`)}`;
      const transport = await stand.transport({ url });
      await transport.start(AbortSignal.timeout(5_000));
      tried.push(`${proxy.accepted} attempts in 5 s`);
      expect(proxy.accepted).toBeLessThanOrEqual(6);
      expect(String(transport.details()['error'])).toMatch(/ACCESS_REFUSED|refused the virtual host nowhere/);
      expect(JSON.stringify(transport.details())).not.toContain('sesame');
      await transport.stop();
    }
    report(`${tried.join(', ')} (limit 1 a second)`);
  },
  options,
);

fault(
  81,
  'a port where nobody speaks AMQP, and one where nobody listens',
  'the service starts and is ready all the same; the stop is not held up',
  async (report) => {
    const nobody = await freePort();
    const service = serviceWith(`amqp://127.0.0.1:${nobody}`);
    service.messaging.subscribe(defineEvent('no.broker'), () => undefined);
    await service.start();
    const waiting = outcome(service.messaging.publish(defineEvent<number>('no.broker'), 1, { timeoutMs: 1_000 }));
    expect(await waiting).toBe('TIMEOUT');
    const begun = performance.now();
    await service.stop();
    const ms = performance.now() - begun;
    report(`a publish timed out as it should; the stop took ${Math.round(ms)} ms (limit 2000)`);
    expect(ms).toBeLessThanOrEqual(2_000);
  },
  options,
);
