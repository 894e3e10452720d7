import { createHash, timingSafeEqual } from 'node:crypto';
import { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { KeelsonError, within, type Clock, type Logger } from '../core';
import { problemOf, sendProblem } from './problem';
import { readBytes } from './read-bytes';
import { requestIdOf } from './request-id';
import { watchUnread } from './write-stall';

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
  /** As bytes where the same answer goes to many: it is not encoded again for each. */
  readonly body: string | Buffer;
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
  /** Answers. What it throws becomes a problem document. */
  handle(request: OperationRequest): OperationReply | Promise<OperationReply>;
}

/** What a port's operational endpoints are made from. */
export interface FastPathsParts {
  readonly operations: readonly Operation[];
  /** What callers with access send as `Authorization: Bearer`; undefined or empty: no token opens anything. */
  readonly token: string | undefined;
  /** The port is a management port: whoever reaches it has access. */
  readonly open: boolean;
  /** Time in ms that an endpoint may take, and time that a client may leave its answer unread. */
  readonly limits: { readonly timeoutMs: number; readonly writeStallMs: number };
  readonly log: Logger;
  readonly clock: Clock;
}

const nameParameter = '/{name}';
const bodyLimit = 10 * 1024;

/** A port's operational endpoints: found by one lookup of the path. */
export class FastPaths {
  readonly #exact = new Map<string, Operation[]>();
  readonly #prefixed: Operation[] = [];
  readonly #tokenHash: Buffer | undefined;
  readonly #parts: FastPathsParts;
  #draining = false;

  constructor(parts: FastPathsParts) {
    const { token } = parts;
    this.#parts = parts;
    this.#tokenHash = token === undefined || token === '' ? undefined : hash(token);
    for (const operation of parts.operations) {
      if (operation.needsAccess === true && !parts.open && this.#tokenHash === undefined) continue; // nobody can have access
      if (operation.path.endsWith(nameParameter)) this.#prefixed.push(operation);
      else this.#exact.set(operation.path, [...(this.#exact.get(operation.path) ?? []), operation]);
    }
  }

  /** Does a route of this template stand where an endpoint is? Express's routes are compared as express does, in any case. */
  collidesWith(template: string): boolean {
    const route = plainPath(template);
    for (const path of this.#exact.keys()) if (plainPath(path) === route) return true;
    return this.#prefixed.some(({ path }) => route.startsWith(path.slice(0, -nameParameter.length + 1).toLowerCase()));
  }

  /** From now on every answer says `Connection: close`. */
  drain(): void {
    this.#draining = true;
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
    if (this.#parts.open) return true;
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
      const problem = problemOf(error);
      if (problem.status >= 500) {
        this.#parts.log.warn('operational endpoint failed', { path: operation.path, err: error });
      }
      if (res.headersSent) return;
      if (this.#draining) res.setHeader('connection', 'close');
      sendProblem(req, res, problem, { requestId, path });
    });
    return true;
  }

  async #answer(operation: Operation, req: IncomingMessage, res: ServerResponse, path: string): Promise<void> {
    const { status, contentType, body } = await this.#ask(operation, req, path);
    const length = Buffer.byteLength(body);
    if (res.headersSent) return; // the connection broke in the meantime, and was told so
    res.statusCode = status;
    res.setHeader('cache-control', 'no-store');
    if (this.#draining) res.setHeader('connection', 'close');
    if (status !== 204) {
      res.setHeader('content-type', contentType ?? 'application/json');
      res.setHeader('content-length', length);
    }
    res.end(status === 204 || req.method === 'HEAD' ? undefined : body);
    // What the socket did not take at once waits for a reader.
    if (req.socket.writableLength > 0) watchUnread(req.socket, this.#parts.clock, this.#parts.limits.writeStallMs);
  }

  async #ask(operation: Operation, req: IncomingMessage, path: string): Promise<OperationReply> {
    const { clock, limits } = this.#parts;
    const name = operation.path.endsWith(nameParameter)
      ? decode(path.slice(operation.path.length - nameParameter.length + 1))
      : '';
    const body = async (): Promise<string> => (await readBytes(req, bodyLimit)).toString('utf8');
    const reply = operation.handle({ name, access: this.hasAccess(req), headers: req.headers, body });
    return reply instanceof Promise ? within(clock, limits.timeoutMs, reply, tooLate) : reply;
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

function tooLate(): KeelsonError {
  return new KeelsonError('TIMEOUT', 'The answer could not be had in time.', { retryable: true });
}

/** Without case, optional parts and a slash at the end. */
function plainPath(path: string): string {
  return path
    .toLowerCase()
    .replace(/\{[^{}]*\}/g, '')
    .replace(/(.)\/+$/, '$1');
}
