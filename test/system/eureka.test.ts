import { createEurekaRegistry } from '../../src/discovery/eureka';
import { type Instance, type Registry } from '../../src/discovery';
import { toInstanceInfo } from '../../src/discovery/eureka/instance-info';
import { startEureka, type EurekaServer } from './support/eureka';
import { testWith } from './support/need';
import { freePort, until } from './support/server';

const real = testWith('java', 'javac', 'mvn');
/** A heartbeat and a fetch a second, so that a lease is three seconds long. */
const interval = 1000;
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function serve(port: number, peer?: number): Promise<EurekaServer> {
  const server = await startEureka(port, peer);
  closers.push(() => server.stop());
  return server;
}

function connect(...urls: string[]): Registry {
  const registry = createEurekaRegistry({
    urls,
    zone: 'west',
    fetchIntervalMs: interval,
    renewIntervalMs: interval,
    requestTimeoutMs: interval - 50,
  });
  closers.push(() => registry.stop());
  return registry;
}

const instanceOf = (id: string): Instance => ({
  id,
  service: 'stock',
  host: '127.0.0.1',
  port: 8080,
  secure: false,
  weight: 2,
  metadata: { version: '1' },
});

/** Registries of that many instances of stock, all UP. */
async function stock(count: number, ...urls: string[]): Promise<Registry[]> {
  const registries = Array.from({ length: count }, () => connect(...urls));
  registries.forEach((registry, index) => {
    void registry.start();
    void registry.register(instanceOf(`127.0.0.1:stock:${index}`), 'UP');
  });
  return registries;
}

const ids = (registry: Registry): string[] => registry.snapshot('stock').instances.map(({ id }) => id);
const sees = (registry: Registry, count: number): Promise<true> =>
  until(20, `${count} instances`, () => Promise.resolve(ids(registry).length === count ? true : undefined));

/** What a process leaves behind that was killed. */
async function leave(server: EurekaServer, id: string, status?: string): Promise<void> {
  const facts = {
    status: 'UP',
    renewIntervalMs: interval,
    dirtyAt: Date.now(),
    zone: undefined,
    metadata: {},
  } as const;
  const instance = toInstanceInfo(instanceOf(id), facts);
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ instance });
  const posted = await fetch(`${server.url}/apps/STOCK`, { method: 'POST', headers, body });
  expect(posted.status).toBe(204);
  if (status === undefined) return;
  const path = `${server.url}/apps/STOCK/${encodeURIComponent(id)}/status?value=${status}`;
  expect((await fetch(path, { method: 'PUT' })).status).toBe(200);
}

real('registers, renews, changes its status, is found and goes', async () => {
  const server = await serve(await freePort());
  const id = '127.0.0.1:stock:8080';
  await leave(server, id, 'OUT_OF_SERVICE'); // it blocks the next UP of this id, unless the old lease is ended
  const [callee, caller] = [connect(server.url), connect(server.url)];
  await Promise.all([callee.start(), caller.start()]);

  await callee.register(instanceOf(id), 'STARTING');
  expect(await server.instance('STOCK', id)).toMatchObject({ status: 'STARTING', vipAddress: 'stock' });
  expect(ids(caller)).toEqual([]);

  await callee.setStatus('UP');
  expect(await server.instance('STOCK', id)).toMatchObject({ status: 'UP', overriddenStatus: 'UP' });
  await sees(caller, 1);
  expect(caller.snapshot('STOCK').instances).toEqual([
    { ...instanceOf(id), zone: 'west', metadata: { version: '1', zone: 'west', weight: '2' } },
  ]);

  const renewed = async (): Promise<number> => {
    const { leaseInfo } = (await server.instance('STOCK', id)) as { leaseInfo: { lastRenewalTimestamp: number } };
    return leaseInfo.lastRenewalTimestamp;
  };
  const first = await renewed();
  await until(10, 'renewals for longer than a lease', async () =>
    (await renewed()) > first + 6 * interval ? true : undefined,
  );
  expect(ids(caller)).toEqual([id]);

  await callee.setStatus('OUT_OF_SERVICE');
  expect(await server.instance('STOCK', id)).toMatchObject({ status: 'OUT_OF_SERVICE' });
  await sees(caller, 0);
  await callee.setStatus('UP');
  await sees(caller, 1);

  await callee.deregister();
  expect(await server.instance('STOCK', id)).toBeUndefined();
  await callee.register(instanceOf(id), 'UP');
  expect(await server.instance('STOCK', id)).toMatchObject({ status: 'UP' });
  await callee.stop();
  expect(await server.instance('STOCK', id)).toBeUndefined();
  expect(caller.details()).toMatchObject({ fetches: { error: 0, invalid: 0 } });
});

real('callers see that one of several was deregistered, and the others stay', async () => {
  const server = await serve(await freePort());
  const registries = await stock(3, server.url);
  const caller = registries[0] as Registry;
  await sees(caller, 3);
  const sizes: number[] = [];
  const end = caller.watch('stock', ({ instances }) => sizes.push(instances.length));
  await registries[2]?.deregister();
  await sees(caller, 2);
  end();
  expect(ids(caller)).not.toContain('127.0.0.1:stock:2');
  expect(sizes).toEqual([3, 2]);
  expect(registries[2]?.details()).toMatchObject({ registration: { registered: false } });
});

real('a server that forgot an instance answers 404: it is registered anew, as something newer', async () => {
  const server = await serve(await freePort());
  const id = '127.0.0.1:stock:0';
  const [callee] = (await stock(1, server.url)) as [Registry];
  const path = `${server.url}/apps/STOCK/${encodeURIComponent(id)}`;
  const registered = (): Promise<Record<string, unknown>> =>
    until(20, 'the registration', async () => {
      const known = await server.instance('STOCK', id);
      return known?.['status'] === 'UP' ? known : undefined;
    });
  const dirtyAt = ({ lastDirtyTimestamp }: Record<string, unknown>): number => Number(lastDirtyTimestamp);
  const first = await registered();
  await sees(callee, 1);
  const forget = async (): Promise<void> => expect((await fetch(path, { method: 'DELETE' })).status).toBe(200);

  await forget(); // the next heartbeat is answered 404
  const forgotten = performance.now();
  const second = await registered();
  const ms = performance.now() - forgotten;
  expect(dirtyAt(second)).toBeGreaterThan(dirtyAt(first));
  await forget(); // and now a change of status
  await callee.setStatus('OUT_OF_SERVICE');
  const third = await server.instance('STOCK', id);
  expect(third).toMatchObject({ status: 'OUT_OF_SERVICE' });
  expect(dirtyAt(third as Record<string, unknown>)).toBeGreaterThan(dirtyAt(second));
  process.stdout.write(`registered anew ${ms.toFixed(0)} ms after it was forgotten\n`);
  // a beat, and what `until` and two requests take
  expect(ms).toBeLessThan(interval + 500);
});

real('who was killed is taken out when its lease has run out; the others stay', async () => {
  const server = await serve(await freePort());
  const [caller] = await stock(3, server.url);
  await sees(caller as Registry, 3);
  await leave(server, 'killed');
  await sees(caller as Registry, 4);
  await sees(caller as Registry, 3);
  expect(ids(caller as Registry)).not.toContain('killed');
});

real(
  'away at boot, killed, back and empty: joins, keeps the list, registers again within a beat and a second',
  async () => {
    const port = await freePort();
    const registries = await stock(3, `http://127.0.0.1:${port}/eureka`);
    const caller = registries[0] as Registry;
    const least: number[] = [];
    let server = await serve(port);
    const all = async (): Promise<true | undefined> => {
      const known = await Promise.all([0, 1, 2].map((index) => server.instance('STOCK', `127.0.0.1:stock:${index}`)));
      return known.every((one) => one?.['status'] === 'UP') ? true : undefined;
    };
    const appeared = performance.now();
    await until(20, 'three registrations', all);
    const joinedMs = performance.now() - appeared;
    await sees(caller, 3);

    const end = caller.watch('stock', ({ instances }) => least.push(instances.length));
    await server.stop();
    server = await serve(port);
    const restarted = performance.now();
    await until(20, 'three registrations', all);
    const backMs = performance.now() - restarted;
    process.stdout.write(`registered after ${joinedMs.toFixed(0)} ms, again after ${backMs.toFixed(0)} ms\n`);
    end();
    // `until` looks every 200 ms
    expect(joinedMs).toBeLessThan(interval + 1000 + 200);
    expect(backMs).toBeLessThan(interval + 1000 + 200);
    expect(least).toEqual([3]);
  },
);

real('two servers, one killed: nobody is lost, no heartbeat and no fetch fails', async () => {
  const [a, b] = [await freePort(), await freePort()];
  const [first, second] = await Promise.all([serve(a, b), serve(b, a)]);
  const registries = await stock(3, first.url, second.url);
  const caller = registries[0] as Registry;
  await sees(caller, 3);
  await until(20, 'the second to know all', async () => {
    const known = await Promise.all([0, 1, 2].map((index) => second.instance('STOCK', `127.0.0.1:stock:${index}`)));
    return known.every((one) => one !== undefined) ? true : undefined;
  });
  const sizes: number[] = [];
  const end = caller.watch('stock', ({ instances }) => sizes.push(instances.length));
  const failed = (): number => {
    const { error, invalid } = caller.details()['fetches'] as { error: number; invalid: number };
    return error + invalid;
  };
  const before = failed();
  await first.stop();
  const killed = Date.now();
  await until(30, 'ten seconds without the first', () =>
    Promise.resolve(Date.now() - killed > 10_000 ? true : undefined),
  );
  end();
  expect(sizes).toEqual([3]);
  expect(failed()).toBe(before);
  for (const registry of registries)
    expect(registry.details()).toMatchObject({ registration: { registered: true }, quarantined: [first.url] });
  for (const index of [0, 1, 2])
    expect(await second.instance('STOCK', `127.0.0.1:stock:${index}`)).toMatchObject({ status: 'UP' });
});
