import { runInScope } from './context';
import { type TraceIds } from './trace';
import { type Scope } from './work';

/** Header names in lower case to values, as node:http gives them. */
export type Carrier = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A value that a span takes. */
export type AttributeValue = string | number | boolean;

/** The span of work that the chassis itself does: a request, a call, a message. */
export interface WorkSpan extends TraceIds {
  /** Was the trace chosen to be kept? Travels with it. */
  readonly sampled: boolean;
  /** False when nobody will see the attributes: do not compute them then. */
  readonly recording: boolean;
  /** Put into the scope that the work runs in (`Scope.telemetry`). Opaque to everybody but tracing. */
  readonly seed: unknown;
  /** Sets an attribute. */
  set(key: string, value: AttributeValue): void;
  /** Gives it the name that is known only at the end, such as the route. */
  rename(name: string): void;
  /** Marks the work as failed. `type` becomes the attribute `error.type`. */
  fail(type: string, error?: unknown): void;
  /** Ends it. Later calls do nothing. */
  end(): void;
}

/** What the parts that carry work in and out need of tracing. */
export interface Tracing {
  /** Begins the span of work that came in with these headers, as a child of the trace they name or as the root of a new one. */
  begin(kind: 'server' | 'consumer' | 'internal', name: string, carrier: Carrier): WorkSpan;
  /**
   * Begins the span of a call that goes out, as a child of the span of the code that asks, and writes the headers that it travels in. Of the caller's baggage
   * goes with it what `keep` says; all of it without.
   */
  call(
    kind: 'client' | 'producer',
    name: string,
    headers: Record<string, string>,
    keep?: (baggageKey: string) => boolean,
  ): WorkSpan;
  /** Runs `call` and everything it starts within the scope and as part of the span. */
  enter<A, B>(scope: Scope, span: WorkSpan, call: (a: A, b: B) => void, a: A, b: B): void;
}

const nothing = (): void => undefined;

const noopSpan: WorkSpan = Object.freeze({
  traceId: '0'.repeat(32),
  spanId: '0'.repeat(16),
  sampled: false,
  recording: false,
  seed: undefined,
  set: nothing,
  rename: nothing,
  fail: nothing,
  end: nothing,
});

/** Traces nothing: all ids are zero. */
export const noopTracing: Tracing = Object.freeze({
  begin: () => noopSpan,
  call: () => noopSpan,
  enter: <A, B>(scope: Scope, _span: WorkSpan, call: (a: A, b: B) => void, a: A, b: B) => runInScope(scope, call, a, b),
});
