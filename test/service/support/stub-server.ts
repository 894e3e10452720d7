import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';

/** Something that answers every request with an empty object. */
export interface StubServer {
  readonly origin: string;
  /** The paths of what it was asked. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

export async function stubServer(): Promise<StubServer> {
  const asked: string[] = [];
  const server = createServer((req, res) => {
    asked.push(req.url as string);
    res.setHeader('content-type', 'application/json').end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
