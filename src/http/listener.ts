import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Application, type Request } from 'express';
import { KeelsonError, type Clock, type FaultSource, type Logger, type Redactor, type Tracing } from '../core';
import { type KeelsonResponse } from './response';
import { Exchange, type ExchangeHost } from './exchange';
import { faultyApp } from './faulty-app';
import { type FastPaths } from './fast-paths';
import { headFault } from './head-fault';
import { type InFlight } from './in-flight';
import { type Observer } from './observe';
import { type ResolvedHttpOptions } from './options';
import { problemOf, sendProblem } from './problem';
import { pathOf } from './path';
import { requestIdOf } from './request-id';
import { type RouteTable } from './routes';

/** Whether requests are let in: not yet, yes, or yes but told to go elsewhere next. */
export type Gate = 'starting' | 'open' | 'draining';

/** What the listener works with. */
export interface ListenerParts {
  readonly options: ResolvedHttpOptions;
  readonly app: Application;
  readonly fastPaths: FastPaths;
  readonly routes: RouteTable;
  readonly observer: Observer;
  readonly inFlight: InFlight<Exchange>;
  readonly tracing: Tracing;
  readonly redactor: Redactor | undefined;
  /** Undefined: no faults are injected, and nothing asks. */
  readonly faults: FaultSource<'http'> | undefined;
  readonly log: Logger;
  readonly clock: Clock;
}

/**
 * The single pass beneath express: probe or scrape? answered; else context, admission, and express within the context. All
 * cross-cutting work of a request starts here and ends in `finished`.
 */
export class Listener implements ExchangeHost {
  readonly log: Logger;
  readonly timeoutMs: number;
  readonly writeStallMs: number;
  readonly inFlight: InFlight<Exchange>;
  readonly #parts: ListenerParts;
  readonly #express: (req: IncomingMessage, res: ServerResponse) => void;
  #gate: Gate = 'starting';

  constructor(parts: ListenerParts) {
    this.#parts = parts;
    this.log = parts.log;
    this.timeoutMs = parts.options.timeoutMs;
    this.writeStallMs = parts.options.writeStallMs;
    this.inFlight = parts.inFlight;
    const { app, faults, clock } = parts;
    this.#express = faults === undefined ? app : faultyApp(app, faults, clock);
  }

  /** Opens the gate, or begins to drain: from then on every answer says `Connection: close`, those being prepared included. */
  setGate(gate: Gate): void {
    this.#gate = gate;
    if (gate !== 'draining') return;
    this.#parts.fastPaths.drain();
    for (const { res } of this.inFlight) if (!res.headersSent) res.setHeader('connection', 'close');
  }

  /** The listener for node:http. */
  readonly handle = (req: IncomingMessage, res: ServerResponse): void => {
    const path = pathOf(req.url as string);
    const fault = headFault(req);
    if (fault !== undefined || !this.#parts.fastPaths.serve(req, res, path)) this.#exchange(req, res, path, fault);
  };

  /** What no route dealt with: an error that was thrown, or nothing for a path that is not there. */
  readonly unhandled = (error: unknown, req: IncomingMessage, res: ServerResponse): void => {
    const { exchange } = res as KeelsonResponse;
    if (exchange?.overruled === true || (exchange?.aborted === true && isConsequence(error))) {
      this.log.debug('a handler failed after its request had ended', { path: exchange.path, err: error });
      return;
    }
    // Falsy errors are none to express.
    const problem = problemOf(error || notFound(req));
    const path = pathOf(urlOf(req));
    if (problem.status >= 500) this.log.error('request failed', { method: req.method, path, err: error });
    if (res.writableEnded) return;
    if (res.headersSent) {
      res.destroy(); // half an answer is out: only a broken connection tells the client that it is not whole
      return;
    }
    const requestId = exchange?.requestId ?? requestIdOf(req.headers['x-request-id']);
    const { redactor } = this.#parts;
    sendProblem(req, res, problem, { requestId, traceId: exchange?.traceId, path, redactor });
  };

  /** A request has ended: it is counted, timed, traced and logged. */
  finished(exchange: Exchange): void {
    this.inFlight.delete(exchange);
    const template = this.#parts.routes.templateOf(exchange.req as Request, exchange.path);
    this.#parts.observer.finished(exchange, template, this.#parts.clock.now());
  }

  bodyMissing(): void {
    this.#parts.observer.connectionError('request_timeout');
  }

  #exchange(req: IncomingMessage, res: ServerResponse, path: string, fault: KeelsonError | undefined): void {
    const { tracing, clock } = this.#parts;
    const span = tracing.begin('server', req.method as string, req.headers);
    const now = clock.now();
    const exchange = new Exchange(this, req, res, path, span, now);
    attach(exchange, res);
    res.setHeader('x-request-id', exchange.requestId);
    if (this.#gate === 'draining') res.setHeader('connection', 'close');
    const refusal = this.#refusal(req, fault);
    if (refusal !== undefined) {
      // Who sends what cannot be read is not asked for more.
      if (!refusal.retryable) res.setHeader('connection', 'close');
      exchange.answer(refusal);
      return;
    }
    this.inFlight.add(exchange);
    if (exchange.expiresAt <= now) exchange.expire();
    else tracing.enter(exchange, span, this.#express, req, res);
  }

  #refusal(req: IncomingMessage, fault: KeelsonError | undefined): KeelsonError | undefined {
    if (this.#gate === 'starting') {
      return new KeelsonError('NOT_STARTED', 'The service is starting.', { retryable: true });
    }
    if (fault !== undefined) return fault;
    const { maxInFlight, maxHeaderFields } = this.#parts.options;
    if (this.inFlight.full) {
      return new KeelsonError('OVERLOADED', `The service is already handling ${maxInFlight} requests.`, {
        retryable: true,
      });
    }
    if (req.rawHeaders.length > maxHeaderFields * 2) {
      return new KeelsonError('HEADERS_TOO_LARGE', `A request may have ${maxHeaderFields} header fields.`, {
        retryable: false,
      });
    }
    return undefined;
  }
}

/** A response of our own class tells its exchange when it closes; one from somebody else's server needs a listener. */
function attach(exchange: Exchange, res: ServerResponse): void {
  if (!('exchange' in res)) {
    Object.assign(res, { bodyBytes: 0 });
    res.once('close', () => exchange.close());
  }
  (res as KeelsonResponse).exchange = exchange;
}

/** What work runs into when its client has gone: it says nothing that the access line does not say. */
const consequences: ReadonlySet<unknown> = new Set([
  'ABORTED',
  'ABORT_ERR',
  'ECONNABORTED',
  'ECONNRESET',
  'EPIPE',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_PREMATURE_CLOSE',
]);

function isConsequence(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { name, code } = error as { name?: unknown; code?: unknown };
  return name === 'AbortError' || consequences.has(code);
}

function urlOf(req: IncomingMessage): string {
  return (req as Request).originalUrl ?? req.url ?? '/';
}

function notFound(req: IncomingMessage): KeelsonError {
  return new KeelsonError('NOT_FOUND', `There is no ${req.method} ${pathOf(urlOf(req))}.`, { retryable: false });
}
