import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** One client of a crowd, and what became of it. */
export interface Straggler {
  readonly socket: Socket;
  /** What came back, in latin1. */
  readonly received: string;
  /** When it had a connection, by performance.now(). */
  readonly openedAt: number;
  /** When the server had closed the connection, by performance.now(); undefined: it is open. */
  readonly closedAt: number | undefined;
}

/** A client that connects and keeps what comes. It answers the server's end with its own. */
export async function straggler(port: number): Promise<Straggler> {
  const socket = connect(port, '127.0.0.1');
  const one = { socket, received: '', openedAt: 0, closedAt: undefined as number | undefined };
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => (one.received += chunk.toString('latin1')));
  // The server's end of the connection, whether by FIN or by reset.
  const closed = (): void => void (one.closedAt ??= performance.now());
  socket.once('end', closed).once('close', closed);
  await once(socket, 'connect');
  one.openedAt = performance.now();
  return one;
}

/** Opens clients evenly spread over a time, so that none of the server's rhythms favours them. */
export async function crowd<T>(size: number, overMs: number, open: (index: number) => Promise<T>): Promise<T[]> {
  const opened = Array.from({ length: size }, async (_, index) => {
    await pause((overMs * index) / size);
    return open(index);
  });
  return Promise.all(opened);
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** How long each connection lasted, in seconds, longest first; one that is still open lasts for ever. */
export function secondsOpen(clients: readonly Straggler[]): number[] {
  const lasted = clients.map(({ openedAt, closedAt = Infinity }) => (closedAt - openedAt) / 1000);
  return lasted.sort((a, b) => b - a);
}
