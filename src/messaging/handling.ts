import { randomUUID } from 'node:crypto';
import {
  KeelsonError,
  isRequestId,
  type Clock,
  type Logger,
  type Scope,
  type Timer,
  type WorkContext,
  type WorkSpan,
} from '../core';
import { type Message } from './contract';
import { type Delivery, type Envelope, type Source } from './transport';

/** What handlings need of the consumer that made them. */
export interface HandlingHost {
  readonly clock: Clock;
  readonly log: Logger;
  readonly source: Source;
  /** When the handler's signal aborts if no deadline says so, in ms. */
  readonly timeoutMs: number;
}

/** One attempt to handle one message: what its handler sees, and the scope its code runs in. */
export class Handling implements Scope, WorkContext {
  readonly delivery: Delivery;
  readonly attempt: number;
  readonly span: WorkSpan;
  readonly startedAt: number;
  readonly deadline: number | undefined;
  telemetry: unknown;
  /** Read and checked. */
  data: unknown;
  /** What it was claimed by in the dedupe store. */
  claim: string | undefined;
  readonly #host: HandlingHost;
  #controller: AbortController | undefined;
  #timer: Timer | undefined;
  #reason: KeelsonError | undefined;
  #ended = false;
  #requestId: string | undefined;

  constructor(host: HandlingHost, delivery: Delivery, attempt: number, span: WorkSpan) {
    const { envelope } = delivery;
    const { clock, source } = host;
    this.#host = host;
    this.delivery = delivery;
    this.attempt = attempt;
    this.span = span;
    this.startedAt = clock.now();
    const { deadline } = envelope;
    const has = deadline !== undefined && source.kind === 'command';
    this.deadline = has ? this.startedAt + deadline - clock.wall() : undefined;
    this.telemetry = span.seed;
  }

  get work(): WorkContext {
    return this;
  }

  get requestId(): string {
    this.#requestId ??= requestIdOf(this.delivery.envelope);
    return this.#requestId;
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

  /** Was it told to stop because the service cannot wait any longer? */
  get cut(): boolean {
    return this.#reason?.code === 'STOPPED';
  }

  /** Made when first asked for, and only then there is a timer. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
      else if (!this.#ended) this.#limit();
    }
    return this.#controller.signal;
  }

  /** Tells the handler to stop. */
  abort(reason: KeelsonError): void {
    this.#reason ??= reason;
    this.#timer?.cancel();
    this.#controller?.abort(this.#reason);
  }

  /** The handler has ended. */
  end(): void {
    this.#ended = true;
    this.#timer?.cancel();
  }

  /** For its handler. */
  message(): Message<unknown> {
    return new Received(this);
  }

  #limit(): void {
    const { clock, timeoutMs } = this.#host;
    const until = this.deadline ?? this.startedAt + timeoutMs;
    const late = (): void => this.abort(this.deadline === undefined ? tooSlow(timeoutMs) : passed());
    const left = until - clock.now();
    if (left <= 0) late();
    else this.#timer = clock.after(left, late);
  }
}

class Received implements Message<unknown> {
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
  readonly source: string;
  readonly time: string;
  readonly key: string | undefined;
  readonly attempt: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly deadline: number | undefined;
  readonly #handling: Handling;

  constructor(handling: Handling) {
    const { envelope } = handling.delivery;
    this.id = envelope.id;
    this.type = envelope.type;
    this.data = handling.data;
    this.source = envelope.source;
    this.time = envelope.time;
    this.key = envelope.key;
    this.attempt = handling.attempt;
    this.headers = envelope.headers;
    this.deadline = handling.deadline;
    this.#handling = handling;
  }

  get signal(): AbortSignal {
    return this.#handling.signal;
  }
}

/** What goes into logs and into the headers of calls as it is: by the rule that requests have. */
function requestIdOf({ headers, id }: Envelope): string {
  const given = headers['x-request-id'];
  if (isRequestId(given)) return given;
  return isRequestId(id) ? id : randomUUID();
}

function tooSlow(timeoutMs: number): KeelsonError {
  return new KeelsonError('TIMEOUT', `The handler has not ended within ${timeoutMs} ms.`, { retryable: true });
}

function passed(): KeelsonError {
  return new KeelsonError('DEADLINE_EXCEEDED', 'The sender of the command has stopped waiting.', { retryable: false });
}
