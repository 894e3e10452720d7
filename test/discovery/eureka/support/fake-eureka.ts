import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

/** How the server behaves. All but `well` concern every request, unless `only` says which. */
export type Mode =
  | 'well'
  | 'hang'
  | 'error'
  | 'html'
  | 'null'
  | 'not-json'
  | 'not-a-registry'
  | 'truncated'
  | 'bad-gzip'
  | 'redirect'
  | 'drip'
  | 'huge'
  | 'bomb';

/** Those in which it answers at once, and nothing that is a registry. */
export const garbage: readonly Mode[] = [
  'error',
  'redirect',
  'truncated',
  'html',
  'null',
  'not-json',
  'not-a-registry',
  'bad-gzip',
  'huge',
  'bomb',
];

/** An instance as a server lists it. */
export type Info = Record<string, unknown>;

/** A listed instance that can be called. */
export function info(app: string, id: string, more: Info = {}): Info {
  return {
    instanceId: id,
    app: app.toUpperCase(),
    hostName: `${id}.example`,
    ipAddr: '10.0.0.1',
    vipAddress: app.toLowerCase(),
    status: 'UP',
    port: { $: 8080, '@enabled': 'true' },
    securePort: { $: 443, '@enabled': 'false' },
    metadata: {},
    ...more,
  };
}

/** A Eureka server in this process, on a real socket: leases, overridden statuses, and faults on demand. */
export class FakeEureka {
  mode: Mode = 'well';
  /** Concerned by the mode. @default all */
  only: (request: IncomingMessage) => boolean = () => true;
  /** Requests in order, like `GET /eureka/apps`. */
  readonly requests: string[] = [];
  readonly authorizations: (string | undefined)[] = [];
  /** Registered instances by APP/id, decoded. */
  readonly leases = new Map<string, Info>();
  readonly overrides = new Map<string, string>();
  /** Listed beside the leases. */
  others: Info[] = [];
  /** Sent instead of everything that is registered. */
  listing: unknown;
  readonly #server: Server = createServer((request, response) => void this.#receive(request, response));

  static async start(port = 0): Promise<FakeEureka> {
    const fake = new FakeEureka();
    await new Promise<void>((resolve) => fake.#server.listen(port, '127.0.0.1', resolve));
    return fake;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/eureka`;
  }

  /** Requests whose line begins so. */
  count(begin: string): number {
    return this.requests.filter((line) => line.startsWith(begin)).length;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests.push(`${request.method} ${request.url}`);
    this.authorizations.push(request.headers.authorization);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (this.mode !== 'well' && this.only(request)) this.#misbehave(this.mode, response);
    else this.#answer(request, Buffer.concat(chunks).toString(), response);
  }

  #misbehave(mode: Exclude<Mode, 'well'>, response: ServerResponse): void {
    const json = { 'content-type': 'application/json' };
    switch (mode) {
      case 'hang':
        return;
      case 'error':
        return void response.writeHead(500).end('no');
      case 'html':
        return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>');
      case 'null':
        return void response.writeHead(200, json).end('null');
      case 'not-json':
        return void response.writeHead(200, json).end('{"applications":');
      case 'not-a-registry':
        return void response.writeHead(200, json).end('{"apps":[]}');
      case 'truncated':
        response.writeHead(200, { ...json, 'content-length': 1000 }).write('{"applications":{}}');
        return void setImmediate(() => response.destroy());
      case 'bad-gzip':
        return void response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end('not gzip');
      case 'redirect':
        return void response.writeHead(302, { location: '/elsewhere' }).end();
      case 'drip':
        return void response.writeHead(200, json).write('{');
      case 'huge':
        return void response.writeHead(200, json).end(Buffer.alloc(200_000, ' '));
      case 'bomb':
        return void response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(5e6)));
    }
  }

  #answer(request: IncomingMessage, body: string, response: ServerResponse): void {
    const url = new URL(request.url as string, 'http://x');
    const [, , , app, id, status] = url.pathname.split('/').map(decodeURIComponent);
    const key = `${app}/${id}`;
    const lease = this.leases.get(key);
    const end = (code: number, text = ''): void => void response.writeHead(code).end(text);
    if (request.method === 'GET') return this.#list(response);
    if (request.method === 'POST') {
      const { instance } = JSON.parse(body) as { instance: Info };
      const name = `${app}/${String(instance['instanceId'])}`;
      this.leases.set(name, { ...instance, status: this.overrides.get(name) ?? instance['status'] });
      return end(204);
    }
    if (request.method === 'DELETE') {
      this.overrides.delete(key);
      return end(this.leases.delete(key) ? 200 : 404);
    }
    if (lease === undefined) return end(404);
    if (status === undefined) return end(200);
    this.overrides.set(key, url.searchParams.get('value') as string);
    lease['status'] = url.searchParams.get('value');
    return end(200);
  }

  #list(response: ServerResponse): void {
    const apps = new Map<string, Info[]>();
    for (const one of [...this.leases.values(), ...this.others])
      apps.set(String(one['app']), [...(apps.get(String(one['app'])) ?? []), one]);
    const application = [...apps].map(([name, instance]) => ({ name, instance }));
    const listing = { applications: { versions__delta: '1', apps__hashcode: '', application } };
    const text = JSON.stringify(this.listing ?? listing);
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(gzipSync(text));
  }
}
