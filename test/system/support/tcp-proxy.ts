import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** What a proxy does with what comes, in both directions. */
export type ProxyMode =
  | { readonly kind: 'pass' }
  /** A black hole: connections stay, nothing arrives; new ones are accepted and stay silent. */
  | { readonly kind: 'drop' }
  /** Everything arrives so much later. */
  | { readonly kind: 'latency'; readonly ms: number }
  /** So many bytes a second in each direction. */
  | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  /** New connections are closed at once. */
  | { readonly kind: 'refuse' };

/** Stands between a client and a server of this machine, and is the network that fails. */
export interface TcpProxy {
  readonly port: number;
  mode: ProxyMode;
  /** Connections that stand. */
  readonly open: number;
  /** Connections that were ever made. */
  readonly accepted: number;
  /** The server's side is ended towards the client, which may go on writing. */
  halfClose(): void;
  /** Resets every connection once `bytes` more from the client went through: in the middle of a frame. */
  resetAfter(bytes: number): void;
  /** Resets every connection now. */
  reset(): void;
  close(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

const tickMs = 50;

/** Starts one on a free port. */
export async function startTcpProxy(serverPort: number): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  let left = Infinity;
  let accepted = 0;
  const end = (pair: Pair, reset: boolean): void => {
    pairs.delete(pair);
    for (const socket of [pair.client, pair.server]) {
      if (reset) socket.resetAndDestroy();
      else socket.destroy();
    }
  };
  const reset = (): void => {
    for (const pair of [...pairs]) end(pair, true);
  };
  const upward = (chunk: Buffer, to: Socket): void => {
    if (chunk.length < left) {
      left -= chunk.length;
      return forward(chunk, to);
    }
    to.write(chunk.subarray(0, left), () => reset());
    left = Infinity;
  };
  // What is on its way through a slow line, in order.
  let queue: Promise<void> = Promise.resolve();
  const forward = (chunk: Buffer, to: Socket): void => {
    const { mode } = proxy;
    if (mode.kind === 'pass' || mode.kind === 'refuse') return void (to.destroyed || to.write(chunk));
    if (mode.kind === 'latency') return void setTimeout(() => to.destroyed || to.write(chunk), mode.ms);
    if (mode.kind === 'slow') queue = queue.then(() => trickle(chunk, to, mode.bytesPerSecond));
  };
  const listener = createServer({ allowHalfOpen: true }, (client) => {
    accepted += 1;
    if (proxy.mode.kind === 'refuse') return void client.destroy();
    const server = connect({ port: serverPort, host: '127.0.0.1', noDelay: true });
    client.setNoDelay(true);
    const pair = { client, server };
    pairs.add(pair);
    for (const socket of [client, server]) {
      socket.on('error', () => undefined);
      socket.on('close', () => end(pair, false));
    }
    client.on('data', (chunk) => upward(chunk, server));
    server.on('data', (chunk) => forward(chunk, client));
    client.on('end', () => proxy.mode.kind !== 'drop' && server.end());
    server.on('end', () => proxy.mode.kind !== 'drop' && client.end());
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const proxy: TcpProxy = {
    port: (listener.address() as AddressInfo).port,
    mode: { kind: 'pass' },
    get open() {
      return pairs.size;
    },
    get accepted() {
      return accepted;
    },
    halfClose: () => {
      for (const { client } of pairs) client.end();
    },
    resetAfter: (bytes) => {
      left = bytes;
    },
    reset,
    close: async () => {
      listener.close();
      for (const pair of [...pairs]) end(pair, false);
      await once(listener, 'close');
    },
  };
  return proxy;
}

async function trickle(chunk: Buffer, to: Socket, bytesPerSecond: number): Promise<void> {
  const step = Math.max(1, Math.floor((bytesPerSecond * tickMs) / 1_000));
  for (let at = 0; at < chunk.length && !to.destroyed; at += step) {
    to.write(chunk.subarray(at, at + step));
    await new Promise((resolve) => setTimeout(resolve, tickMs));
  }
}
