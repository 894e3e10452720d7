import { createServer, type IncomingMessage, type Server } from 'node:http';
import { finished } from 'node:stream/promises';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { requestClass } from '../../src/http/request';
import { RawClient } from '../support/raw-http';

const servers: Server[] = [];

afterAll(() => {
  for (const server of servers) server.close();
});

type Handle = (req: IncomingMessage) => void;

/** A server whose requests are of our class, or of node's. */
async function serve(ours: boolean, handle: Handle): Promise<number> {
  const server = createServer(ours ? { IncomingMessage: requestClass() } : {}, (req, res) => {
    handle(req);
    res.end('well');
  });
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const get = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
const post = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc';

/** Sends requests on one connection, one after the other's answer, and resolves a little after the last answer. */
async function send(port: number, ...requests: string[]): Promise<void> {
  const client = await RawClient.open(port);
  for (const [i, request] of requests.entries()) {
    client.send(request);
    while (client.received.split('well').length <= i + 1) await once(client.socket, 'data');
  }
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
  client.destroy();
}

const stateOf = (req: IncomingMessage): unknown => ({
  complete: req.complete,
  aborted: req.aborted,
  destroyed: req.destroyed,
  closed: req.closed,
  errored: req.errored,
  readable: req.readable,
  readableEnded: req.readableEnded,
  readableAborted: req.readableAborted,
  readableDidRead: req.readableDidRead,
});

test.each([
  ['without a body', get],
  ['with one that nobody reads', post],
])('a request %s says of itself what node’s would say when it is answered', async (_what, request) => {
  const states: unknown[] = [];
  for (const ours of [false, true]) {
    let seen: IncomingMessage | undefined;
    await send(await serve(ours, (req) => (seen = req)), request, request);
    states.push(stateOf(seen as IncomingMessage));
  }
  expect(states[1]).toEqual(states[0]);
  expect(states[0]).toMatchObject({ complete: true, readableEnded: true, closed: true });
});

test.each(['end', 'close'])('who listens for %s hears it', async (event) => {
  let heard = 0;
  await send(await serve(true, (req) => req.on(event, () => (heard += 1))), get, post, get);
  expect(heard).toBe(3);
});

test('who reads a request without a body reads its end', async () => {
  const bodies: string[] = [];
  const read = async (req: IncomingMessage): Promise<void> => {
    let body = '';
    for await (const chunk of req) body += String(chunk);
    bodies.push(body);
  };
  await send(await serve(true, (req) => void read(req)), get, post, get);
  expect(bodies).toEqual(['', 'abc', '']);
});

test('who asks afterwards whether it is finished is told so', async () => {
  let seen: IncomingMessage | undefined;
  await send(await serve(true, (req) => (seen = req)), get);
  await expect(finished(seen as IncomingMessage)).resolves.toBeUndefined();
  await expect(finished((seen as IncomingMessage).resume())).resolves.toBeUndefined();
});

test('it is what spares node its work: no event is emitted on a request that nobody listens to', async () => {
  const emitted: unknown[] = [];
  const spy = jest.fn((req: IncomingMessage) => {
    const emit = req.emit.bind(req);
    req.emit = (event: string, ...args: never[]) => {
      emitted.push(event);
      return emit(event, ...args);
    };
  });
  await send(await serve(true, spy), get, get);
  expect(spy).toHaveBeenCalledTimes(2);
  expect(emitted).not.toContain('end');
  expect(emitted).not.toContain('close');
});

test('many requests on one connection, with bodies and without, and pipelined ones are told apart', async () => {
  let seen = 0;
  const port = await serve(true, () => (seen += 1));
  await send(port, get, post, get, get, post, post, get);
  expect(seen).toBe(7);
  const client = await RawClient.open(port);
  client.send(get + post + get + get);
  while (client.received.split('well').length <= 4) await once(client.socket, 'data');
  client.destroy();
  expect(seen).toBe(11);
});
