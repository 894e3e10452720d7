import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Stands between a caller and a server. */
export interface Proxy {
  readonly origin: string;
  /** pass: bytes go through. reset: what is asked goes through, and when the answer comes the caller's connection is reset instead. */
  mode: 'pass' | 'reset';
  /** Connections that were reset. */
  readonly resets: number;
  close(): Promise<void>;
}

/** Starts one in front of a port of this machine. */
export async function startProxy(port: number): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let resets = 0;
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    return socket.once('close', () => sockets.delete(socket));
  };
  const server = createServer((caller) => {
    const upstream = keep(connect(port, '127.0.0.1'));
    keep(caller).on('data', (chunk) => upstream.write(chunk));
    upstream.on('data', (chunk) => {
      if (proxy.mode === 'pass') return void caller.write(chunk);
      resets += 1;
      caller.resetAndDestroy();
      upstream.destroy();
    });
    caller.once('close', () => upstream.end());
    upstream.once('close', () => caller.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: Proxy = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mode: 'pass',
    get resets() {
      return resets;
    },
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
  return proxy;
}
