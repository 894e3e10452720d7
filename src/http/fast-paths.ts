import { createHash, timingSafeEqual } from 'node:crypto';
import { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { KeelsonError, type Logger } from '../core';
import { problemOf, sendProblem } from './problem';
import { requestIdOf } from './request-id';

/** What an operational endpoint is asked. */
export interface OperationRequest {
  /** What stood in the place of `{name}` in the path, decoded; empty otherwise. */
  readonly name: string;
  readonly headers: IncomingHttpHeaders;
  /** Did the caller come by the management port or with the token? */
  readonly access: boolean;
  /** The body as text, at most 10 kB. @throws PAYLOAD_TOO_LARGE */
  body(): Promise<string>;
}

/** What it answers. */
export interface OperationReply {
  readonly status: number;
  /** @default 'application/json' */
  readonly contentType?: string;
  readonly body: string;
}

/** An operational endpoint (probe, scrape, ...), answered before express sees the request. */
export interface Operation {
  readonly method: 'GET' | 'POST';
  /** Exact, or ending with `/{name}`. */
  readonly path: string;
  /** Also on the main port when there is a management port. @default false */
  readonly everywhere?: boolean;
  /** Exists only for callers with access; for others the path is the service's own. @default false */
  readonly needsAccess?: boolean;
  handle(request: OperationRequest): OperationReply | Promise<OperationReply>;
}

const nameParameter = '/{name}';
const bodyLimit = 10 * 1024;

/** A port's operational endpoints: found by one lookup of the path. */
export class FastPaths {
  readonly #exact = new Map<string, Operation[]>();
  readonly #prefixed: Operation[] = [];
  readonly #tokenHash: Buffer | undefined;
  readonly #open: boolean;
  readonly #log: Logger;

  /**
   * @param token what callers with access send as `Authorization: Bearer`; undefined or empty: no token opens anything
   * @param open the port is a management port: whoever reaches it has access
   */
  constructor(operations: readonly Operation[], token: string | undefined, open: boolean, log: Logger) {
    this.#log = log;
    this.#tokenHash = token === undefined || token === '' ? undefined : hash(token);
    this.#open = open;
    for (const operation of operations) {
      if (operation.path.endsWith(nameParameter)) this.#prefixed.push(operation);
      else this.#exact.set(operation.path, [...(this.#exact.get(operation.path) ?? []), operation]);
    }
  }

  /** The paths in use, with `{name}` where a name stands. */
  get paths(): string[] {
    return [...this.#exact.keys(), ...this.#prefixed.map((operation) => operation.path)];
  }

  /** The endpoint behind a request, or undefined when it is the service's own affair. */
  find(req: IncomingMessage, path: string): Operation | undefined {
    const candidates = this.#exact.get(path) ?? (this.#prefixed.length === 0 ? undefined : this.#byPrefix(path));
    if (candidates === undefined) return undefined;
    const method = req.method === 'HEAD' ? 'GET' : req.method;
    const operation = candidates.find((one) => one.method === method);
    if (operation === undefined || (operation.needsAccess === true && !this.hasAccess(req))) return undefined;
    return operation;
  }

  /** Did this caller come by the management port or with the token? The comparison takes the same time for every token. */
  hasAccess(req: IncomingMessage): boolean {
    if (this.#open) return true;
    const { authorization } = req.headers;
    if (this.#tokenHash === undefined || authorization === undefined) return false;
    const match = /^Bearer ([^\s]+)$/i.exec(authorization);
    return match !== null && timingSafeEqual(hash(match[1] as string), this.#tokenHash);
  }

  /** Answers the request if it is for an endpoint; false: it is not. */
  serve(req: IncomingMessage, res: ServerResponse, path: string): boolean {
    const operation = this.find(req, path);
    if (operation === undefined) return false;
    const requestId = requestIdOf(req.headers['x-request-id']);
    res.setHeader('x-request-id', requestId);
    this.#answer(operation, req, res, path).catch((error: unknown) => {
      this.#log.warn('operational endpoint failed', { path: operation.path, err: error });
      sendProblem(req, res, problemOf(error), { requestId, path });
    });
    return true;
  }

  async #answer(operation: Operation, req: IncomingMessage, res: ServerResponse, path: string): Promise<void> {
    const access = this.hasAccess(req);
    const name = operation.path.endsWith(nameParameter)
      ? decode(path.slice(operation.path.length - nameParameter.length + 1))
      : '';
    const reply = await operation.handle({ name, access, headers: req.headers, body: () => readText(req) });
    res.statusCode = reply.status;
    res.setHeader('cache-control', 'no-store');
    if (reply.status === 204) {
      res.end();
      return;
    }
    res.setHeader('content-type', reply.contentType ?? 'application/json');
    res.setHeader('content-length', Buffer.byteLength(reply.body));
    if (req.method === 'HEAD') res.end();
    else res.end(reply.body);
  }

  #byPrefix(path: string): Operation[] | undefined {
    const fits = (one: Operation): boolean => {
      const prefix = one.path.slice(0, -nameParameter.length + 1);
      return path.startsWith(prefix) && path.length > prefix.length;
    };
    const found = this.#prefixed.filter(fits);
    return found.length === 0 ? undefined : found;
  }
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new KeelsonError('BAD_REQUEST', 'The name in the path is not well encoded.', { retryable: false, cause });
  }
}

async function readText(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimit)
      throw new KeelsonError('PAYLOAD_TOO_LARGE', `The body may have ${bodyLimit} bytes.`, { retryable: false });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
