import { createServer, ServerResponse, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo, type Socket } from 'node:net';
import { responseClass } from '../../src/http/response';
import { rawExchange, RawClient } from '../support/raw-http';

type Whole = ServerResponse & {
  endWhole(text: string, bytes: number): unknown;
  bodyBytes: number;
  held: unknown;
};

const servers: Server[] = [];

afterAll(() => {
  for (const server of servers) server.close();
});

async function serve(handle: (res: Whole, req: IncomingMessage) => void): Promise<number> {
  const server = createServer({ ServerResponse: responseClass() }, (req, res) => handle(res as Whole, req));
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;

/** Head and body as they came, without the date. */
async function wire(port: number, path: string): Promise<string> {
  const client = await RawClient.open(port);
  await client.send(get(path)).closed;
  return client.received.replace(/^Date: .*\r\n/m, '');
}

const texts = ['x', 'ü€😀', 'y'.repeat(100_000), '{"a":1}'];

test.each(texts.map((text, i) => [text.slice(0, 10), i] as const))(
  'endWhole and end put the same bytes on the wire: %s',
  async (_text, i) => {
    const port = await serve((res, req) => {
      const text = texts[i] as string;
      res.setHeader('Content-Length', Buffer.byteLength(text));
      res.setHeader('X-Name', 'J\u00fcrgen');
      if (req.url === '/whole') res.endWhole(text, Buffer.byteLength(text));
      else res.end(text, 'utf8');
    });
    expect(await wire(port, '/whole')).toBe(await wire(port, '/plain'));
    expect(await wire(port, '/whole')).toContain('200 OK');
  },
);

const gathers = /^2[02]\./.test(process.versions.node) ? [2] : [];

test('it is one write to the socket, where node up to 22 makes a gathered one', async () => {
  const gathered: number[] = [];
  const port = await serve((res, req) => {
    const socket = req.socket as Socket & { _writev: ((chunks: unknown[], done: () => void) => void) | null };
    const { _writev } = socket;
    if (_writev !== null) {
      socket._writev = (chunks, done) => {
        gathered.push(chunks.length);
        _writev.call(socket, chunks, done);
      };
    }
    res.setHeader('Content-Length', 4);
    if (req.url === '/whole') res.endWhole('well', 4);
    else res.end('well', 'utf8');
  });
  await rawExchange(port, get('/whole'));
  expect(gathered).toEqual([]);
  await rawExchange(port, get('/plain'));
  expect(gathered).toEqual(gathers);
});

test('finish and close come, the bytes are counted, and nothing is held back', async () => {
  const events: string[] = [];
  let response: Whole | undefined;
  const port = await serve((res) => {
    response = res;
    for (const event of ['prefinish', 'finish', 'close']) res.on(event, () => events.push(event));
    res.setHeader('Content-Length', 2);
    res.endWhole('ü', 2);
    expect([res.headersSent, res.writableEnded]).toEqual([true, true]);
  });
  const [answer] = await rawExchange(port, get('/'));
  expect(answer).toMatchObject({ status: 200, headers: { 'content-length': '2' } });
  expect(events).toEqual(['prefinish', 'finish', 'close']);
  expect(response).toMatchObject({ bodyBytes: 2, held: undefined, writableFinished: true });
});

test('a head that is out already, and a chunked answer, are ended as node does', async () => {
  const port = await serve((res, req) => {
    if (req.url === '/flushed') {
      res.setHeader('Content-Length', 4);
      res.flushHeaders();
    }
    res.endWhole('well', 4);
  });
  expect(await wire(port, '/flushed')).toMatch(/\r\n\r\nwell$/);
  expect(await wire(port, '/chunked')).toMatch(/\r\n\r\n(?:well|4\r\nwell\r\n0\r\n\r\n)$/);
});

test('pipelined answers keep their order', async () => {
  const port = await serve((res, req) => {
    const text = req.url as string;
    res.setHeader('Content-Length', text.length);
    if (text === '/1') setTimeout(() => res.endWhole(text, text.length), 20);
    else res.endWhole(text, text.length);
  });
  const client = await RawClient.open(port);
  for (const path of ['/1', '/2', '/3']) client.send(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
  await client.until('\r\n\r\n/3');
  client.destroy();
  expect(client.received.match(/\r\n\r\n\/\d/g)?.map((text) => text.trim())).toEqual(['/1', '/2', '/3']);
});

test('on a node whose end is no empty piece, the text goes out all the same', async () => {
  const port = await serve((res) => {
    const end = jest.spyOn(ServerResponse.prototype, 'end').mockImplementationOnce(function other(
      this: Whole,
      text: string,
    ) {
      this.writeHead(200, { 'Content-Length': 4 });
      (this as unknown as { _send: (text: string, encoding: string) => void })._send(text, 'utf8');
      return this;
    } as never);
    res.endWhole('well', 4);
    expect(end).toHaveBeenCalledTimes(1);
    end.mockRestore();
    res.socket?.end();
  });
  expect(await wire(port, '/')).toMatch(/\r\n\r\nwell$/);
});

test('write and end count bytes of texts and buffers', async () => {
  const counted: number[] = [];
  const port = await serve((res) => {
    res.write('ü');
    res.write(Buffer.from('ab'));
    res.write('4142', 'hex');
    res.end(new Uint8Array(3));
    counted.push(res.bodyBytes);
  });
  await rawExchange(port, get('/'));
  expect(counted).toEqual([9]);
});
