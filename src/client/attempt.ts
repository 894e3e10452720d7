import {
  currentScope,
  isKeelsonError,
  type Fault,
  type FaultSource,
  type FaultSubject,
  type Meter,
  type Tracing,
  type WorkSpan,
} from '../core';
import { type Call, type Policy } from '../resilience';
import { type ClientLimits } from './options';
import { exchange, type Incoming, type Outgoing } from './exchange';
import { isStaleConnection } from './failures';
import { faultyExchange } from './faulty-exchange';
import { ClientMetrics } from './metrics';
import { type Kept, type Pools } from './pools';
import { isFault, statusError } from './status-error';
import { type AttemptOutcome, type Target } from './targets';

/** A call on its way: what is the same for all of its attempts. */
export interface Journey {
  readonly method: string;
  readonly path: string;
  /** All but what is different for each attempt. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
  readonly idempotent: boolean;
  /** The instances that attempts went to. */
  tried: string[] | undefined;
}

/** One attempt: the journey and where it goes this time. */
export interface Leg {
  readonly journey: Journey;
  readonly target: Target;
}

/** What sending needs. */
export interface SenderParts {
  readonly name: string;
  readonly limits: ClientLimits;
  readonly pools: Pools;
  readonly tracing: Tracing;
  readonly meter: Meter;
  /** Which baggage goes along; undefined: all. */
  readonly keepBaggage: ((key: string) => boolean) | undefined;
  /** Decides which attempts meet a fault on purpose; undefined: none does, and nothing asks. */
  readonly faults?: FaultSource<'client'> | undefined;
}

/** Sends the attempts of a client: the innermost step of a call. */
export class Sender {
  readonly #parts: SenderParts;
  readonly #metrics: ClientMetrics;

  constructor(parts: SenderParts) {
    this.#parts = parts;
    this.#metrics = new ClientMetrics(parts.name, parts.meter);
  }

  /** As the last policy of a pipeline: it hands on to nobody. */
  readonly send: Policy = async <T>(call: Call): Promise<T> => {
    const { journey, target } = call.subject as Leg;
    const begun = call.clock.now();
    const headers = this.#headersOf(call, journey, begun);
    const span = this.#parts.tracing.call('client', journey.method, headers, this.#parts.keepBaggage);
    if (span.recording) this.#describe(span, call, journey, target);
    target.begin();
    let status = 0;
    try {
      const kept = this.#parts.pools.of(target.origin, begun);
      const { warm } = kept;
      const { method, path, body, idempotent } = journey;
      const outgoing: Outgoing = { method, path, headers, body, idempotent };
      const fault = this.#parts.faults?.draw(this.#subjectOf(outgoing));
      let incoming: Incoming;
      try {
        incoming =
          fault === undefined
            ? await exchange(kept.pool, call, outgoing, this.#parts.limits.maxResponse)
            : await this.#faulty(fault, span, call, outgoing, kept);
        kept.warm = true;
      } catch (error) {
        // What was injected is to be seen as it is.
        if (fault !== undefined) throw error;
        incoming = await this.#again(kept, warm, call, outgoing, error, target.origin);
      }
      ({ status } = incoming);
      if (status < 200 || status > 299) {
        throw statusError(this.#parts.name, incoming, journey.idempotent, call.clock.wall());
      }
      this.#over(span, journey, target, call.clock.now() - begun, status);
      return incoming as T;
    } catch (error) {
      this.#over(span, journey, target, call.clock.now() - begun, status, error);
      throw error;
    }
  };

  /** On a kept connection that the other side has just closed it is sent once more: nobody is to blame, and it is no second attempt. */
  #again(kept: Kept, warm: boolean, call: Call, outgoing: Outgoing, error: unknown, origin: string): Promise<Incoming> {
    kept.warm = kept.pool.stats.connected > 0;
    if (!warm || !outgoing.idempotent || call.aborted || !isStaleConnection(error)) throw error;
    return this.#anew(call, outgoing, origin);
  }

  /** On a connection of its own: the others that were kept may have gone stale together with that one. */
  async #anew(call: Call, outgoing: Outgoing, origin: string): Promise<Incoming> {
    const connection = this.#parts.pools.fresh(origin);
    try {
      return await exchange(connection, call, outgoing, this.#parts.limits.maxResponse);
    } finally {
      void connection.destroy();
    }
  }

  #faulty(fault: Fault<'client'>, span: WorkSpan, call: Call, outgoing: Outgoing, kept: Kept): Promise<Incoming> {
    const send = (): Promise<Incoming> => exchange(kept.pool, call, outgoing, this.#parts.limits.maxResponse);
    return faultyExchange(fault, span, call, outgoing, send);
  }

  #subjectOf({ method, path, headers }: Outgoing): FaultSubject {
    return { peer: this.#parts.name, method, path: path.split('?', 1)[0] as string, headers };
  }

  #headersOf(call: Call, journey: Journey, now: number): Record<string, string> {
    // Adding to an object that was made by spreading takes the engine half a microsecond for each name.
    const headers: Record<string, string> = Object.assign({}, journey.headers);
    const requestId = currentScope()?.work?.requestId;
    if (requestId !== undefined && requestId !== '') headers['x-request-id'] ??= requestId;
    // What is left of this attempt: what the other side does later is of no use to anybody.
    if (call.deadline !== undefined) {
      headers['keelson-timeout-ms'] = String(Math.max(1, Math.round(call.deadline - now)));
    }
    return headers;
  }

  /** Semantic conventions of OpenTelemetry for HTTP client spans. */
  #describe(span: WorkSpan, call: Call, journey: Journey, target: Target): void {
    const path = journey.path.split('?', 1)[0] as string;
    span.set('http.request.method', journey.method);
    span.set('url.full', `${target.origin}${path}`);
    span.set('server.address', target.host);
    span.set('server.port', target.port);
    span.set('peer.service', this.#parts.name);
    if (target.instance !== undefined) span.set('service.peer.instance', target.instance);
    if (call.attempt > 1) span.set('http.request.resend_count', call.attempt - 1);
  }

  #over(span: WorkSpan, journey: Journey, target: Target, ms: number, status: number, error?: unknown): void {
    const type = error === undefined ? '' : errorType(error, status);
    if (status > 0) span.set('http.response.status_code', status);
    if (error !== undefined) span.fail(type, status > 0 ? undefined : error);
    span.end();
    this.#metrics.observe(journey.method, status, type, ms / 1_000);
    target.end(ms, outcomeOf(error, status));
  }
}

function errorType(error: unknown, status: number): string {
  if (status > 299) return String(status);
  return isKeelsonError(error) ? error.code : '_OTHER';
}

/** Only what the instance did speaks for or against it: that the caller gave up does not. */
function outcomeOf(error: unknown, status: number): AttemptOutcome {
  if (status > 0) return isFault(status) ? 'failure' : 'success';
  if (isKeelsonError(error, 'ABORTED') || isKeelsonError(error, 'DEADLINE_EXCEEDED')) return 'ignored';
  return 'failure';
}
