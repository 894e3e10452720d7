import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { Closing } from '../../src/http/closing';
import { FakeClock } from '../support/fake-clock';
import { RawClient } from '../support/raw-http';
import { gate } from './support/running';

interface Made {
  readonly server: Server;
  readonly closing: Closing;
  readonly clock: FakeClock;
  readonly port: number;
}

const servers: Server[] = [];
const nobody = (): void => undefined;

async function make(listener: RequestListener = (_req, res) => void res.end('ok')): Promise<Made> {
  const server = createServer(listener);
  servers.push(server);
  const clock = new FakeClock();
  const closing = new Closing(server, clock, 10_000);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, closing, clock, port: (server.address() as AddressInfo).port };
}

afterEach(() => {
  for (const server of servers.splice(0)) server.closeAllConnections();
});

/** Moves the clock until the work is done. */
async function whileAdvancing(clock: FakeClock, work: Promise<void>, step = 20): Promise<void> {
  let done = false;
  void work.then(() => (done = true));
  while (!done) await clock.advance(step);
}

const never = new AbortController().signal;

test('without connections it closes at once', async () => {
  const { closing, clock } = await make();
  await closing.run(never, nobody);
  expect(clock.timers).toBe(0);
});

test('a thousand idle connections do not hold it up', async () => {
  const { closing, clock, port } = await make();
  const clients = await Promise.all(Array.from({ length: 1_000 }, () => RawClient.open(port)));
  for (const client of clients) client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await Promise.all(clients.map((client) => client.until('ok')));
  const began = clock.now();
  await whileAdvancing(clock, closing.run(never, nobody));
  expect(clock.now() - began).toBeLessThan(500);
  await Promise.all(clients.map((client) => client.closed));
  expect(clients.filter((client) => client.error !== undefined)).toEqual([]);
});

test('a connection that never said a word is ended, one that has just come may speak', async () => {
  const { closing, clock, port, server } = await make();
  const old = await RawClient.open(port);
  await connected(server, 1);
  await clock.advance(1_000);
  const fresh = await RawClient.open(port);
  await connected(server, 2);
  const closed = closing.run(never, nobody);
  while (clock.timers === 0) await clock.advance(0);
  await clock.advance(20);
  await old.closed;
  fresh.send('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  await whileAdvancing(clock, closed);
  expect(old.received).toBe('');
  expect(fresh.received).toContain('ok');
});

test('a request whose bytes have come is answered', async () => {
  for (let round = 0; round < 20; round += 1) {
    const { closing, clock, port } = await make((_req, res) => void setImmediate(() => res.end('ok')));
    const client = await RawClient.open(port);
    await client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n').until('ok');
    client.received = '';
    client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const other = await RawClient.open(port);
    other.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await whileAdvancing(clock, closing.run(never, nobody));
    await Promise.all([client.closed, other.closed]);
    expect([client.received.slice(0, 15), other.received.slice(0, 15)]).toEqual(['HTTP/1.1 200 OK', 'HTTP/1.1 200 OK']);
  }
});

test('what is under way is finished', async () => {
  const [called, go] = [gate(), gate()];
  const { closing, clock, port } = await make((_req, res) => {
    called.open();
    void go.promise.then(() => res.end('finished'));
  });
  const client = await RawClient.open(port);
  client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await called.promise;
  const closed = closing.run(never, nobody);
  await clock.advance(60_000);
  go.open();
  await whileAdvancing(clock, closed);
  await client.closed;
  expect(client.received).toContain('finished');
});

test('a head that does not come to its end holds it up no longer than it may take', async () => {
  const { closing, clock, port, server } = await make();
  const client = await RawClient.open(port);
  client.send('GET / HTTP/1.1\r\nHos');
  await connected(server, 1);
  const began = clock.now();
  await whileAdvancing(clock, closing.run(never, nobody), 500);
  expect(clock.now() - began).toBeLessThan(11_000);
  await client.closed;
});

test('when the signal aborts, all that is left is cut', async () => {
  const called = gate();
  const { closing, clock, port } = await make(() => called.open());
  const client = await RawClient.open(port);
  client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await called.promise;
  const controller = new AbortController();
  const cut = jest.fn();
  const closed = closing.run(controller.signal, cut);
  await clock.advance(1_000);
  expect(cut).not.toHaveBeenCalled();
  controller.abort();
  await closed;
  expect(cut).toHaveBeenCalledTimes(1);
  await client.closed;
  expect(clock.timers).toBe(0);
});

test('when it has aborted before, at once', async () => {
  const called = gate();
  const { closing, clock, port } = await make(() => called.open());
  const client = await RawClient.open(port);
  client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await called.promise;
  const cut = jest.fn();
  await closing.run(AbortSignal.abort(), cut);
  expect(cut).toHaveBeenCalledTimes(1);
  await client.closed;
  expect(clock.timers).toBe(0);
});

/** Resolves when the server has accepted as many connections. */
async function connected(server: Server, wanted: number): Promise<void> {
  const ask = (): Promise<number> =>
    new Promise((resolve, reject) =>
      server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
    );
  while ((await ask()) < wanted) await new Promise((resolve) => setImmediate(resolve));
}
