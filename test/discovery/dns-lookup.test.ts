import { systemClock } from '../../src/core';
import { lookUp } from '../../src/discovery/dns-lookup';
import { type Instance } from '../../src/discovery';
import { DnsServer } from '../support/dns-server';
import { FakeClock } from '../support/fake-clock';

const server = new DnsServer();
let address = '';
beforeAll(async () => (address = await server.start()));
afterAll(() => server.stop());
beforeEach(() => {
  server.zone.clear();
  server.asked.length = 0;
  server.mode = 'answer';
});

const never = new AbortController().signal;
const ask = (port?: number, clock = systemClock, signal = never): Promise<readonly Instance[]> =>
  lookUp(
    { service: 'inventory', name: 'inventory.example', port, secure: false },
    { clock, timeoutMs: 3000, servers: [address] },
    signal,
  );
const found = async (port?: number): Promise<[string, number, number][]> =>
  (await ask(port)).map(({ host, port, weight }): [string, number, number] => [host, port, weight]).sort();

test('SRV records: host, port and weight, the best priority only', async () => {
  server.zone.set('inventory.example', [
    { type: 'SRV', target: 'N1.example.', port: 8081, priority: 10, weight: 5 },
    { type: 'SRV', target: 'n2.example', port: 8082, priority: 10, weight: 0 },
    { type: 'SRV', target: 'spare.example', port: 8083, priority: 20, weight: 5 },
  ]);
  await expect(found()).resolves.toEqual([
    ['n1.example', 8081, 5],
    ['n2.example', 8082, 1],
  ]);
});

test('a dot alone says that the service is not there', async () => {
  server.zone.set('inventory.example', [{ type: 'SRV', target: '.', port: 0 }]);
  await expect(ask()).resolves.toEqual([]);
});

test('addresses: IPv4, and IPv6 where there is no other', async () => {
  server.zone.set('inventory.example', [
    { type: 'A', address: '10.0.0.1' },
    { type: 'A', address: '10.0.0.2' },
    { type: 'AAAA', address: '2001:db8:0:0:0:0:0:1' },
  ]);
  await expect(found(80)).resolves.toEqual([
    ['10.0.0.1', 80, 1],
    ['10.0.0.2', 80, 1],
  ]);
  server.zone.set('inventory.example', [{ type: 'AAAA', address: '2001:db8:0:0:0:0:0:1' }]);
  await expect(ask(80)).resolves.toMatchObject([{ host: '2001:db8::1', id: '[2001:db8::1]:80' }]);
});

test('no such name and no such record are no failures', async () => {
  await expect(ask()).resolves.toEqual([]);
  await expect(ask(80)).resolves.toEqual([]);
  server.zone.set('inventory.example', []);
  await expect(ask()).resolves.toEqual([]);
  await expect(ask(80)).resolves.toEqual([]);
});

test.each(['failure', 'garbage'] as const)('%s is one', async (mode) => {
  server.mode = mode;
  await expect(ask()).rejects.toMatchObject({ syscall: 'querySrv' });
});

test('a server that says nothing is waited for for so long and no longer', async () => {
  const clock = new FakeClock();
  server.mode = 'silent';
  const failed = expect(ask(80, clock)).rejects.toMatchObject({
    code: 'TIMEOUT',
    message: 'DNS did not answer for inventory.example within 3000 ms.',
  });
  await clock.advance(3000);
  await failed;
  expect(clock.timers).toBe(0);
});

test('an abort ends it at once', async () => {
  server.mode = 'silent';
  const controller = new AbortController();
  const asked = ask(80, systemClock, controller.signal);
  controller.abort();
  await expect(asked).rejects.toMatchObject({ code: 'TIMEOUT' });
});
