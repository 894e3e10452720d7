import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { freePort } from '../../../support/free-port';

/** Something that listens where spans are sent. */
export interface BadCollector {
  readonly url: string;
  /** Batches that came whole. */
  readonly bodies: string[];
  close(): Promise<void>;
}

/** Answers a batch that has been read. */
type Answer = (res: ServerResponse) => void;

/** A collector that reads every batch, and then does this. */
export function answering(answer: Answer): () => Promise<BadCollector> {
  return async () => {
    const bodies: string[] = [];
    const server = createServer((req, res) => {
      void read(req).then((body) => {
        bodies.push(body);
        answer(res);
      });
    });
    return listen(server, bodies);
  };
}

/** One that does this with each connection, whatever comes on it. */
export function taking(connection: (socket: Socket) => void): () => Promise<BadCollector> {
  return () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      connection(socket);
    });
    return listen(server, []);
  };
}

/** Nobody listens. */
export async function nobody(): Promise<BadCollector> {
  return { url: `http://127.0.0.1:${await freePort()}`, bodies: [], close: async () => undefined };
}

async function listen(server: Server, bodies: string[]): Promise<BadCollector> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return { url: `http://127.0.0.1:${port}`, bodies, close };
}

async function read(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of req) chunks.push(chunk as Buffer);
  } catch {
    return ''; // it was broken off
  }
  const body = Buffer.concat(chunks);
  return (req.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString();
}
