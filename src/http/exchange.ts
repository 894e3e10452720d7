import { type IncomingMessage, type ServerResponse } from 'node:http';
import { KeelsonError, type Logger, type Scope, type WorkContext, type WorkSpan } from '../core';
import { requestTooSlow, timeoutOf } from './deadline';
import { Farewell } from './farewell';
import { type InFlightWork } from './in-flight';
import { ignoreLateAnswer } from './late-answer';
import { problemOf, sendProblem } from './problem';
import { requestIdOf } from './request-id';
import { WriteStall } from './write-stall';

/** What exchanges need of the listener that made them. */
export interface ExchangeHost {
  readonly log: Logger;
  /** Deadline in ms of a request that brought none. */
  readonly timeoutMs: number;
  /** Time in ms that a client may leave output unread. */
  readonly writeStallMs: number;
  /** Called once per exchange, when its answer has been handed over or its connection is gone. */
  finished(exchange: Exchange): void;
  /** Called when a request is given up because its body did not come. */
  bodyMissing(): void;
}

/**
 * One request and its answer: the context its handler sees, the scope its code runs in and the deadline it is held to.
 * One object, because there is one of them per request.
 */
export class Exchange implements Scope, WorkContext, InFlightWork {
  /** Both are gone when the exchange has closed. */
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly path: string;
  readonly requestId: string;
  readonly span: WorkSpan;
  readonly startedAt: number;
  /** When its caller stops waiting; for a request that brought no deadline, the service's own limit. */
  readonly deadline: number;
  readonly #host: ExchangeHost;
  /** The deadline is only the service's own: an answer that has begun to stream may go on past it. */
  readonly #patient: boolean;
  expiresAt: number;
  slot = -1;
  telemetry: unknown;
  /** The client went away before the answer was complete. */
  aborted = false;
  #finished = false;
  #finalStatus: number | undefined;
  #answered = false;
  #stall: WriteStall | undefined;
  #farewell: Farewell | undefined;
  #controller: AbortController | undefined;
  #reason: KeelsonError | undefined;

  constructor(
    host: ExchangeHost,
    req: IncomingMessage,
    res: ServerResponse,
    path: string,
    span: WorkSpan,
    now: number,
  ) {
    const timeoutMs = timeoutOf(req.headers);
    this.#host = host;
    this.req = req;
    this.res = res;
    this.path = path;
    this.requestId = requestIdOf(req.headers['x-request-id']);
    this.span = span;
    this.startedAt = now;
    this.deadline = now + (timeoutMs ?? host.timeoutMs);
    this.expiresAt = this.deadline;
    this.#patient = timeoutMs === undefined;
    this.telemetry = span.seed;
  }

  get work(): WorkContext {
    return this;
  }

  get trace(): WorkSpan {
    return this.span;
  }

  get traceId(): string {
    return this.span.traceId;
  }

  get log(): Logger {
    return this.#host.log;
  }

  /** Made when first asked for: most handlers never do. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Was the answer given by the chassis itself, over the handler's head? What the handler does afterwards is of no interest then. */
  get overruled(): boolean {
    return this.#answered;
  }

  /** The status for logs and metrics: of the answer if one has begun, else 499 when the client went away and 503 when the service had to stop. */
  get status(): number {
    if (this.#finalStatus !== undefined) return this.#finalStatus;
    if (!this.aborted || this.res.headersSent) return this.res.statusCode;
    return this.#reason?.code === 'STOPPED' ? 503 : 499;
  }

  /** Answers with the problem document of an error. */
  answer(error: unknown): void {
    sendProblem(this.req, this.res, problemOf(error), {
      requestId: this.requestId,
      traceId: this.traceId,
      path: this.path,
    });
  }

  /** Answers with an error over the handler's head, which is told to stop. */
  overrule(error: KeelsonError): void {
    this.#abort(error);
    if (this.#finished || this.res.headersSent || this.res.writableEnded) return;
    this.#answered = true;
    this.answer(error);
    ignoreLateAnswer(this.res);
  }

  /** The deadline has passed: 504, and the work is told to stop. Where all waits for the rest of the body, the client is late, not the service: 408. */
  expire(): void {
    this.expiresAt = Infinity;
    if (this.#finished || (this.res.headersSent && this.#patient)) return;
    if (this.#patient && !this.req.complete && this.req.readableLength === 0) {
      this.#host.bodyMissing();
      this.overrule(requestTooSlow());
      return;
    }
    const message = 'The request was not answered before its deadline.';
    this.overrule(new KeelsonError('DEADLINE_EXCEEDED', message, { retryable: true }));
  }

  /** The service stops and cannot wait any longer. */
  cut(): void {
    this.#abort(
      new KeelsonError('STOPPED', 'The service stopped before the request was finished.', { retryable: true }),
    );
    if (!this.#finished) this.req.socket.destroy();
  }

  /** Looks after the connection, at each sweep. */
  check(now: number): void {
    if (this.#finished) return;
    const { socket } = this.req;
    if (socket.destroyed) {
      // Node tells only the response whose turn it is; one that waits behind it (pipelining) would never hear.
      this.close();
      return;
    }
    if (this.#stall !== undefined || socket.writableLength > 0) {
      (this.#stall ??= new WriteStall()).check(socket, now, this.#host.writeStallMs);
    }
    if (socket.readableEnded) (this.#farewell ??= new Farewell(now)).check(this.res, now);
  }

  /** Called when the response closes, by whichever end. */
  close(): void {
    if (this.#finished) return;
    this.#finished = true;
    if (!this.res.writableFinished) {
      this.aborted = true;
      this.#abort(new KeelsonError('ABORTED', 'The client went away.', { retryable: false }));
    }
    this.#host.finished(this);
    this.#letGo();
  }

  /**
   * The timer that node sets for an idle connection keeps the context that it was set in, and so this object, for as long as the connection is
   * idle. The request and the answer must not stay with it: they were half of what an idle connection costs.
   */
  #letGo(): void {
    this.#finalStatus = this.status;
    const self = this as { req: unknown; res: unknown };
    self.req = undefined;
    self.res = undefined;
  }

  #abort(reason: KeelsonError): void {
    this.#reason ??= reason;
    this.#controller?.abort(this.#reason);
  }
}
