import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { systemClock } from '../core';
import { makeInstance, type Instance } from '../discovery';
import { register, type CloseBy } from './close-by';
import { giveAnswer, type StubAnswer } from './stub-answer';
import { type TestNetwork } from './test-network';

/** How a stub is made. */
export interface StubOptions {
  /** Where it is found by its name; its stop stops the stub. @default none: it is reached by its `url` */
  readonly network?: TestNetwork;
  /** Who stops it. @default the network's stop, if there is one; else call `stop()` */
  readonly closeBy?: CloseBy;
}

/** What a stub was asked. */
export interface StubRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Names are lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body, read as JSON. @throws SyntaxError */
  json(): unknown;
}

/** Answers in place of another service: from a real port, well or badly. */
export interface StubService {
  readonly name: string;
  /** `http://127.0.0.1:port` */
  readonly url: string;
  readonly port: number;
  /** What was asked so far, the first request first; its answer may still be on its way. */
  readonly requests: readonly StubRequest[];
  /**
   * Answers these requests from now on; what was said later wins. What nobody speaks of is answered 404.
   *
   * @param path `/stock/:sku` takes any one part for `:sku`; `*` takes every path
   */
  on(
    method: string,
    path: string,
    answer: StubAnswer | ((request: StubRequest) => StubAnswer | Promise<StubAnswer>),
  ): this;
  /** Answers the next requests so, whatever they ask, and then as before. Bursts queue up. */
  next(count: number, answer: StubAnswer): this;
  /** Forgets the answers and what was asked. */
  reset(): this;
  /** Closes it at once, with all its connections. Idempotent. */
  stop(): Promise<void>;
  /** `stop()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

type Route = {
  readonly method: string;
  readonly matches: (path: string) => boolean;
  readonly answer: Parameters<StubService['on']>[2];
};

/**
 * Starts a double of a service on a free port of this machine.
 *
 * @param name in the registry of its network
 */
export async function stubService(name: string, options: StubOptions = {}): Promise<StubService> {
  const stub = new Stub(name, options.network);
  await stub.start();
  register(options.closeBy, () => stub.stop());
  return stub;
}

class Stub implements StubService {
  readonly name: string;
  port = 0;
  readonly #network: TestNetwork | undefined;
  readonly #server: Server;
  readonly #routes: Route[] = [];
  readonly #burst: StubAnswer[] = [];
  readonly #requests: StubRequest[] = [];
  #leave = (): void => undefined;
  #stopped: Promise<void> | undefined;

  constructor(name: string, network: TestNetwork | undefined) {
    this.name = name;
    this.#network = network;
    this.#server = createServer((req, res) => void this.#serve(req, res));
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get requests(): readonly StubRequest[] {
    return this.#requests;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    this.port = (this.#server.address() as AddressInfo).port;
    if (this.#network !== undefined) this.#join(this.#network);
  }

  on(method: string, path: string, answer: Route['answer']): this {
    this.#routes.unshift({ method: method.toUpperCase(), matches: matcherOf(path), answer });
    return this;
  }

  next(count: number, answer: StubAnswer): this {
    for (let i = 0; i < count; i++) this.#burst.push(answer);
    return this;
  }

  reset(): this {
    for (const list of [this.#routes, this.#burst, this.#requests]) list.length = 0;
    return this;
  }

  stop(): Promise<void> {
    return (this.#stopped ??= this.#stop());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #join(network: TestNetwork): void {
    const { registry } = network;
    const id = `${this.name}-stub-${this.port}`;
    const instance: Instance = makeInstance({ id, service: this.name, host: '127.0.0.1', port: this.port });
    registry.put(this, { instance, status: 'UP' });
    const release = network.own(this, true);
    this.#leave = () => {
      release();
      registry.remove(this, instance);
    };
  }

  async #stop(): Promise<void> {
    this.#leave();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    try {
      const request = await readRequest(req);
      this.#requests.push(request);
      await giveAnswer(res, await this.#answerTo(request), this.#network?.clock ?? systemClock);
    } catch (error) {
      // A request that broke off, or an answer that cannot be made: the first has nobody to hear of it.
      if (!res.headersSent) res.statusCode = 500;
      res.end(String(error));
    }
  }

  async #answerTo(request: StubRequest): Promise<StubAnswer> {
    const burst = this.#burst.shift();
    if (burst !== undefined) return burst;
    const route = this.#routes.find(({ method, matches }) => method === request.method && matches(request.path));
    if (route === undefined) return unknown(this.name, request);
    return typeof route.answer === 'function' ? route.answer(request) : route.answer;
  }
}

function unknown(name: string, { method, path }: StubRequest): StubAnswer {
  return { status: 404, json: { title: `The stub of ${name} has no answer for ${method} ${path}` } };
}

function matcherOf(path: string): (path: string) => boolean {
  if (path === '*') return () => true;
  const wanted = path.split('/');
  return (given) => {
    const parts = given.split('/');
    return parts.length === wanted.length && wanted.every((part, i) => part.startsWith(':') || part === parts[i]);
  };
}

async function readRequest(req: IncomingMessage): Promise<StubRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  const { pathname, searchParams } = new URL(req.url ?? '/', 'http://stub');
  const body = Buffer.concat(chunks).toString();
  return Object.freeze({
    method: req.method ?? '',
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: Object.fromEntries(Object.entries(req.headers).map(([name, value]) => [name, String(value)])),
    body,
    json: () => JSON.parse(body) as unknown,
  });
}
