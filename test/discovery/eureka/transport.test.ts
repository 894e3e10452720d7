import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { eurekaServer } from '../../../src/discovery/eureka/eureka-server';
import { Transport } from '../../../src/discovery/eureka/transport';
import { FakeClock } from '../../support/fake-clock';
import { eventually } from '../../support/eventually';
import { freePort } from '../../support/free-port';
import { FakeEureka, type Mode } from './support/fake-eureka';

const clock = new FakeClock();
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  expect(clock.timers).toBe(0);
});

async function serve(mode: Mode = 'well'): Promise<FakeEureka> {
  const eureka = await FakeEureka.start();
  eureka.mode = mode;
  closers.push(() => eureka.close());
  return eureka;
}

function connect(...urls: string[]): Transport {
  const transport = new Transport({
    servers: urls.map(eurekaServer),
    requestTimeoutMs: 5000,
    connectTimeoutMs: 1000,
    maxResponseBytes: 10_000,
    clock,
  });
  closers.push(() => transport.close());
  return transport;
}

const get = { method: 'GET', path: '/apps' } as const;
const came = (eureka: FakeEureka): Promise<true> =>
  eventually(() => (eureka.requests.length > 0 ? (true as const) : undefined), 'the request');

test('sends the operation, and the user of the URL', async () => {
  const eureka = await serve();
  const transport = connect(eureka.url.replace('//', '//ann:secret@'));
  const body = { instance: { instanceId: 'a', ä: 'ö' } };
  const answer = await transport.send({ method: 'POST', path: '/apps/STOCK', body });
  expect(answer).toMatchObject({ status: 204, text: '', server: { shown: eureka.url } });
  expect(eureka.leases.get('STOCK/a')).toMatchObject({ ä: 'ö' });
  expect(eureka.authorizations).toEqual([`Basic ${Buffer.from('ann:secret').toString('base64')}`]);
});

test('what the caller did wrong is an answer', async () => {
  const eureka = await serve();
  expect(await connect(eureka.url).send({ method: 'PUT', path: '/apps/STOCK/a' })).toMatchObject({ status: 404 });
});

test.each<[Mode, string]>([
  ['error', 'HTTP_STATUS'],
  ['redirect', 'HTTP_STATUS'],
  ['truncated', 'CONNECTION_FAILED'],
  ['bad-gzip', 'PAYLOAD_INVALID'],
  ['huge', 'PAYLOAD_TOO_LARGE'],
  ['bomb', 'PAYLOAD_TOO_LARGE'],
])('%s: %s, or the next server', async (mode, code) => {
  const [bad, good] = [await serve(mode), await serve()];
  await expect(connect(bad.url).send(get)).rejects.toMatchObject({ code });
  const transport = connect(bad.url, good.url);
  expect(await transport.send(get)).toMatchObject({ status: 200, server: { shown: good.url } });
  expect(transport.quarantined()).toEqual([bad.url]);
  await transport.send(get);
  expect(bad.requests).toEqual(['GET /eureka/apps', 'GET /eureka/apps']);
});

test.each<Mode>(['hang', 'drip'])('%s: ends in time', async (mode) => {
  const eureka = await serve(mode);
  const sent = connect(eureka.url).send(get);
  const failed = expect(sent).rejects.toMatchObject({ code: 'TIMEOUT', retryable: true });
  await came(eureka);
  await clock.advance(5000);
  await failed;
});

test('nobody there', async () => {
  const port = await freePort();
  await expect(connect(`http://ann:secret@127.0.0.1:${port}/eureka`).send(get)).rejects.toMatchObject({
    code: 'CONNECTION_FAILED',
    message: `The registry http://127.0.0.1:${port}/eureka cannot be reached: ECONNREFUSED.`,
  });
});

test('not even HTTP', async () => {
  const server = createTcpServer((socket) => socket.on('error', () => undefined).end('SSH-2.0-x\r\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  await expect(connect(`http://127.0.0.1:${port}`).send(get)).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
});

test('a signal ends a request, and no other server is asked', async () => {
  const [hanging, other] = [await serve('hang'), await serve()];
  const abort = new AbortController();
  const removed = jest.spyOn(abort.signal, 'removeEventListener');
  const transport = connect(hanging.url, other.url);
  const failed = expect(transport.send({ ...get, signal: abort.signal })).rejects.toMatchObject({ code: 'ABORTED' });
  await came(hanging);
  abort.abort();
  await failed;
  expect(removed).toHaveBeenCalled();
  await expect(transport.send({ ...get, signal: abort.signal })).rejects.toMatchObject({ code: 'ABORTED' });
  expect(other.requests).toEqual([]);
  expect(transport.quarantined()).toEqual([]);
});

test('close ends what is under way, and nothing is sent afterwards', async () => {
  const [hanging, other] = [await serve('hang'), await serve()];
  const transport = connect(hanging.url, other.url);
  const failed = expect(transport.send(get)).rejects.toMatchObject({ code: 'STOPPED' });
  await came(hanging);
  await transport.close();
  await failed;
  await expect(transport.send(get)).rejects.toMatchObject({ code: 'STOPPED' });
  await transport.close();
  expect(other.requests).toEqual([]);
});

test('a server that is not trusted is asked last', async () => {
  const [first, second] = [await serve(), await serve()];
  const transport = connect(first.url, second.url);
  const { server } = await transport.send(get);
  transport.distrust(server);
  await transport.send(get);
  expect([first.requests.length, second.requests.length]).toEqual([1, 1]);
});
