import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { eventually } from '../../../support/eventually';

/** A list of instances that is kept over HTTP, as slowly as such lists are: PUT adds the path to it, DELETE takes it off. */
export interface Registry {
  readonly url: string;
  readonly listed: ReadonlySet<string>;
  /** `PUT /1`, `DELETE /1`, in the order in which they arrived. */
  readonly asked: readonly string[];
  /** Waits until it is asked so. */
  until(request: string): Promise<void>;
  /** Waits until nothing that was asked is still to be done. */
  idle(): Promise<void>;
  close(): void;
}

/** How long it takes to add one, in milliseconds. */
const addMs = 150;

export async function startRegistry(): Promise<Registry> {
  const listed = new Set<string>();
  const asked: string[] = [];
  let pending = 0;
  const server = createServer((req, res) => {
    const path = String(req.url);
    asked.push(`${req.method} ${path}`);
    if (req.method === 'DELETE') {
      listed.delete(path);
      res.end();
      return;
    }
    pending += 1;
    setTimeout(() => {
      pending -= 1;
      listed.add(path); // also when the one that asked has gone
      res.end();
    }, addMs);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const met = (fits: boolean): true | undefined => (fits ? true : undefined);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    listed,
    asked,
    until: async (request) => void (await eventually(() => met(asked.includes(request)), request)),
    idle: async () => void (await eventually(() => met(pending === 0), 'a registry with nothing to do')),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
