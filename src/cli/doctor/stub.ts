import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';

/** What it does with requests: answers `{}`, takes them and says nothing, or answers 503. */
export type StubMode = 'answer' | 'hang' | 'fail';

/** What it was asked. */
export interface StubRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** Stands for every service that the examined one calls, and for the collector of its spans. */
export interface Stub {
  readonly origin: string;
  mode: StubMode;
  /** Without those to the collector. */
  readonly requests: readonly StubRequest[];
  /** All spans that came, as text. */
  readonly spans: string;
  close(): Promise<void>;
}

const collector = '/v1/traces';

/** Starts it on a free port of this machine. */
export async function startStub(): Promise<Stub> {
  const stub = new HttpStub();
  await stub.listen();
  return stub;
}

class HttpStub implements Stub {
  mode: StubMode = 'answer';
  readonly requests: StubRequest[] = [];
  readonly #bodies: Buffer[] = [];
  readonly #server: Server = createServer((req, res) => {
    const { method = '', url = '', headers } = req;
    const spans = url === collector;
    if (spans) req.on('data', (part: Buffer) => this.#bodies.push(part));
    else this.requests.push({ method, path: url, headers });
    req.resume();
    if (this.mode === 'hang' && !spans) return;
    res.statusCode = this.mode === 'fail' && !spans ? 503 : 200;
    res.setHeader('content-type', 'application/json').end('{}');
  });

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get spans(): string {
    return Buffer.concat(this.#bodies).toString();
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
