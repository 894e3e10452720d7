import { startRaw, type Upstream } from '../../../client/support/upstream';
import { type Socket } from 'node:net';

const head = (...lines: readonly string[]): string =>
  ['HTTP/1.1 200 OK', 'content-type: application/json', ...lines, '', ''].join('\r\n');

/** Writes the same again and again, as fast as it is taken, until so many bytes are written or nobody is there any more. */
function pour(socket: Socket, chunk: Buffer, most: number, written: (bytes: number) => void): void {
  let left = most;
  const more = (): void => {
    while (left > 0 && !socket.destroyed) {
      left -= chunk.length;
      written(chunk.length);
      if (!socket.write(chunk)) return void socket.once('drain', more);
    }
    socket.end();
  };
  more();
}

const gigabyte = 2 ** 30;
const block = Buffer.alloc(65_536, ' ');

/** How it lies, by path. */
export const lies: Readonly<Record<string, (socket: Socket, written: (bytes: number) => void) => void>> = {
  '/well': (socket) => void socket.write(`${head('content-length: 2')}{}`),
  '/truncated': (socket) => void socket.end(`${head('content-length: 1000')}{"a":`),
  '/truncated-chunk': (socket) => void socket.end(`${head('transfer-encoding: chunked')}3e8\r\n{"a":`),
  '/too-long': (socket) => void socket.write(`${head('content-length: 2')}{}{"more":true}`),
  '/two-lengths': (socket) => void socket.write(`${head('content-length: 2', 'content-length: 3')}{} `),
  '/length-and-chunked': (socket) =>
    void socket.write(`${head('content-length: 2', 'transfer-encoding: chunked')}2\r\n{}\r\n0\r\n\r\n`),
  '/no-http': (socket) => void socket.end('SSH-2.0-OpenSSH_9.2\r\n'),
  '/endless-headers': (socket, written) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    pour(socket, Buffer.from(`x-more: ${'a'.repeat(1_000)}\r\n`), gigabyte, written);
  },
  '/endless-header': (socket, written) => {
    socket.write('HTTP/1.1 200 OK\r\nx-more: ');
    pour(socket, Buffer.alloc(65_536, 'a'), gigabyte, written);
  },
  '/endless-status': (socket, written) => pour(socket, Buffer.alloc(65_536, 'HTTP/1.1 200 OK '), gigabyte, written),
  '/gigabyte': (socket) => void socket.write(head(`content-length: ${gigabyte}`)),
  '/gigabyte-poured': (socket, written) => {
    socket.write(head('connection: close'));
    pour(socket, block, gigabyte, written);
  },
  '/gigabyte-chunked': (socket, written) => {
    socket.write(head('transfer-encoding: chunked'));
    pour(socket, Buffer.from(`10000\r\n${block.toString()}\r\n`), gigabyte, written);
  },
  '/endless-trailers': (socket, written) => {
    socket.write(`${head('transfer-encoding: chunked')}2\r\n{}\r\n0\r\n`);
    pour(socket, Buffer.from(`x-more: ${'a'.repeat(1_000)}\r\n`), gigabyte, written);
  },
};

/** A server whose answers are no HTTP, or too much of it. */
export async function startLying(): Promise<{ readonly upstream: Upstream; poured(path: string): number }> {
  const bytes = new Map<string, number>();
  const upstream = await startRaw((socket, request) => {
    const path = request.split(' ', 2)[1] as string;
    lies[path]?.(socket, (count) => bytes.set(path, (bytes.get(path) ?? 0) + count));
  });
  return { upstream, poured: (path) => bytes.get(path) ?? 0 };
}
