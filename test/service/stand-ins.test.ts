import { createMemoryBroker } from '../../src/messaging';
import { createService, type Service } from '../../src/service';
import { processRecord } from '../../src/service/process-record';
import { clientsOf, standIn } from '../../src/service/stand-ins';
import { stubServer, type StubServer } from './support/stub-server';

let stub: StubServer;
beforeEach(async () => {
  stub = await stubServer();
});
afterEach(async () => {
  Object.assign(processRecord(), { downstream: undefined, broker: undefined });
  await stub.close();
});

const make = (): Service => createService({ name: 'shop', version: '1.2.3', settings: { log: { level: 'error' } } });

test('what each client was told', () => {
  standIn({ downstream: stub.origin, broker: createMemoryBroker() });
  const service = make();
  expect(clientsOf(service)).toEqual([]);
  service.client('inventory');
  service.client('https://api.example.com', { timeoutMs: 500, breaker: false });
  service.client('inventory');
  expect(clientsOf(service)).toEqual([
    { to: 'inventory', timeoutMs: 10_000, attemptTimeoutMs: 3_000, breaker: true },
    { to: 'https://api.example.com', timeoutMs: 500, attemptTimeoutMs: 3_000, breaker: false },
  ]);
});

test('what is not of this version has none', () => {
  expect(clientsOf({ name: 'older' } as unknown as Service)).toEqual([]);
});

test('every client calls the stand-in, whatever it names, and messages go over the given broker', async () => {
  const broker = createMemoryBroker();
  standIn({ downstream: stub.origin, broker });
  const service = make();
  await service.client('inventory').get('/stock');
  await service.client('https://api.example.com').get('/rates');
  expect(stub.asked).toEqual(['/stock', '/rates']);
  void service.messaging;
  expect(processRecord().broker).toBe(broker);
  await service.stop();
});
