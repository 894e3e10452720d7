import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createRawServer, type AddressInfo, type Server as RawServer, type Socket } from 'node:net';

/** A real server that is called, and what it was asked. */
export interface Upstream {
  readonly origin: string;
  readonly port: number;
  /** `METHOD /path` of each request, in order. */
  readonly asked: string[];
  /** Connections open now. */
  readonly open: number;
  /** Connections opened so far. */
  readonly opened: number;
  close(): Promise<void>;
}

const running: Upstream[] = [];

/** Ends what tests have started. */
export async function closeUpstreams(): Promise<void> {
  await Promise.all(running.splice(0).map((upstream) => upstream.close()));
}

/** An HTTP server on a free port, or on one that was used before. */
export async function startUpstream(handle: RequestListener, port = 0): Promise<Upstream> {
  const asked: string[] = [];
  const server = createServer((req, res) => {
    asked.push(`${req.method} ${req.url}`);
    handle(req, res);
  });
  return listening(server, asked, port);
}

/** A server that speaks bytes. */
export async function startRaw(talk: (socket: Socket, head: string) => void): Promise<Upstream> {
  const asked: string[] = [];
  const server = createRawServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      const head = chunk.toString('latin1');
      asked.push(head.split(' HTTP/', 1)[0] as string);
      talk(socket, head);
    });
  });
  return listening(server, asked, 0);
}

async function listening(server: Server | RawServer, asked: string[], port: number): Promise<Upstream> {
  const sockets = new Set<Socket>();
  let opened = 0;
  server.on('connection', (socket: Socket) => {
    opened += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: bound } = server.address() as AddressInfo;
  const upstream: Upstream = {
    origin: `http://127.0.0.1:${bound}`,
    port: bound,
    asked,
    get open() {
      return sockets.size;
    },
    get opened() {
      return opened;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  running.push(upstream);
  return upstream;
}

/** The body of a request as text. */
export async function textOf(req: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of req) text += String(chunk);
  return text;
}
