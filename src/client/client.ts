import {
  currentScope,
  isKeelsonError,
  KeelsonError,
  longestDelayMs,
  systemClock,
  type Clock,
  type Logger,
  type Meter,
  type WorkContext,
} from '../core';
import {
  bulkhead,
  circuitBreaker,
  fallback,
  hedge,
  pipelineWith,
  retry,
  retryBudget,
  timeout,
  type Call,
  type CircuitBreaker,
  type FailedCall,
  type Pipeline,
  type Policy,
} from '../resilience';
import { type Journey, type Leg, type Sender } from './attempt';
import { decodeBody, encodeBody } from './content';
import { type CallOptions, type ServiceClient, type ServiceRequest, type ServiceResponse } from './contract';
import { type Incoming } from './exchange';
import { type ClientLimits, type ClientOptions } from './options';
import { isFault } from './status-error';
import { targetOf } from './target';
import { type Target, type Targets } from './targets';

/** What a client is wired from. */
export interface ClientParts {
  readonly name: string;
  readonly options: ClientOptions;
  readonly limits: ClientLimits;
  readonly targets: Targets;
  readonly sender: Sender;
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  readonly log: Logger;
  readonly meter: Meter;
}

/** By RFC 9110, 9.2.2. */
const idempotentMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);
/** Nothing is lost when these are given up half way. */
const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** Calls one other service. */
export class HttpServiceClient implements ServiceClient {
  readonly name: string;
  /** The state of its circuit breaker; undefined if it has none. */
  readonly breaker: CircuitBreaker | undefined;
  readonly #parts: ClientParts;
  readonly #clock: Clock;
  readonly #run: Pipeline;
  readonly #hedged: Pipeline | undefined;
  readonly #fallback: Pipeline<unknown> | undefined;

  constructor(parts: ClientParts) {
    this.name = parts.name;
    this.#parts = parts;
    this.#clock = parts.clock ?? systemClock;
    const { name, options, meter, log } = parts;
    this.breaker =
      options.breaker === false
        ? undefined
        : circuitBreaker({ ...options.breaker, name, meter, log, isFailure: speaksAgainst });
    const stages = this.#stages(this.breaker);
    // Whatever takes time looks at the deadline itself.
    const tools = { clock: this.#clock, watchDeadline: false };
    this.#run = pipelineWith(tools, ...stages.outer, ...stages.inner);
    this.#hedged =
      options.hedge === undefined
        ? undefined
        : pipelineWith(
            tools,
            ...stages.outer,
            hedge({ ...options.hedge, name, meter, budget: stages.budget }),
            ...stages.inner,
          );
    this.#fallback = options.fallback === undefined ? undefined : this.#standIn(options.fallback);
  }

  get<T>(path: string, options?: CallOptions): Promise<T> {
    return this.#bodyOf({ ...options, method: 'GET', path });
  }

  delete<T>(path: string, options?: CallOptions): Promise<T> {
    return this.#bodyOf({ ...options, method: 'DELETE', path });
  }

  post<T>(path: string, body?: unknown, options?: CallOptions): Promise<T> {
    return this.#bodyOf({ ...options, method: 'POST', path, body });
  }

  put<T>(path: string, body?: unknown, options?: CallOptions): Promise<T> {
    return this.#bodyOf({ ...options, method: 'PUT', path, body });
  }

  patch<T>(path: string, body?: unknown, options?: CallOptions): Promise<T> {
    return this.#bodyOf({ ...options, method: 'PATCH', path, body });
  }

  async request<T>(request: ServiceRequest): Promise<ServiceResponse<T>> {
    const journey = this.#journey(request);
    const standIn = this.#fallback;
    if (standIn === undefined) return responseOf(await this.#travel(journey, request)) as ServiceResponse<T>;
    const whole = async (): Promise<unknown> => responseOf(await this.#travel(journey, request));
    return (await standIn(whole, { subject: journey })) as ServiceResponse<T>;
  }

  /** What `request` does, for those who want the body alone: without making more of it, as there are many calls. */
  async #bodyOf<T>(request: ServiceRequest): Promise<T> {
    if (this.#fallback !== undefined) return (await this.request<T>(request)).body;
    return decodeBody(await this.#travel(this.#journey(request), request)) as T;
  }

  #travel(journey: Journey, request: ServiceRequest): Promise<Incoming> {
    const work = currentScope()?.work;
    const timeoutMs = request.timeoutMs ?? this.#parts.limits.timeoutMs;
    const run = this.#hedged !== undefined && safeMethods.has(journey.method) ? this.#hedged : this.#run;
    return run<Incoming>(nobody, {
      signal: signalOf(request, journey.method, work),
      deadline: Math.min(this.#clock.now() + timeoutMs, work?.deadline ?? Infinity),
      key: request.key,
      subject: journey,
    });
  }

  #journey(request: ServiceRequest): Journey {
    const { method = 'GET', path, query, body, headers } = request;
    const { bytes, type } = encodeBody(body);
    const idempotent = request.idempotent ?? idempotentMethods.has(method);
    const own = this.#headersOf(headers, type);
    return { method, path: targetOf(path, query), headers: own, body: bytes, idempotent, tried: undefined };
  }

  #headersOf(given: ServiceRequest['headers'], type: string | undefined): Readonly<Record<string, string>> {
    if (given === undefined && type === undefined) return this.#parts.headers;
    const own: Record<string, string> = Object.assign({}, this.#parts.headers);
    for (const [name, value] of Object.entries(given ?? {})) own[name.toLowerCase()] = value;
    if (type !== undefined) own['content-type'] ??= type;
    return own;
  }

  /** The order of an outbound call, from the outside to the wire. */
  #stages(breaker: Policy | undefined) {
    const { name, options, limits, meter, sender } = this.#parts;
    const budget = (options.retry === false ? undefined : options.retry?.budget) ?? retryBudget();
    const outer: Policy[] = [...(options.retry === false ? [] : [retry({ ...options.retry, budget, name, meter })])];
    const inner: Policy[] = [
      ...(breaker === undefined ? [] : [breaker]),
      this.#pickInstance,
      timeout({ ms: limits.attemptTimeoutMs }),
      ...(options.bulkhead === false ? [] : [bulkhead({ limit: 256, ...options.bulkhead, name, meter })]),
      sender.send,
    ];
    return { outer, inner, budget };
  }

  readonly #pickInstance: Policy = <T>(call: Call, next: (call: Call) => Promise<T>): Promise<T> => {
    const journey = call.subject as Journey;
    const go = (target: Target): Promise<T> => {
      if (target.instance !== undefined) (journey.tried ??= []).push(target.instance);
      const leg: Leg = { journey, target };
      call.subject = leg;
      const gone = next(call);
      return journey.idempotent ? gone : gone.catch(throwUnknownOutcome);
    };
    let picked: Target | Promise<Target>;
    try {
      picked = this.#parts.targets.pick(call, journey.tried);
    } catch (error) {
      const failure = error as Error;
      return Promise.reject(failure);
    }
    if (!(picked instanceof Promise)) return go(picked);
    const waited = picked;
    return untilDeadline(call, () => waited).then(go);
  };

  #standIn(answer: NonNullable<ClientOptions['fallback']>): Pipeline<unknown> {
    const { name, meter } = this.#parts;
    const respond = async (error: unknown, call: FailedCall): Promise<ServiceResponse<unknown>> => {
      const { method, path } = call.subject as Journey;
      return { status: 200, headers: {}, body: await answer(error, { method, path }) };
    };
    return pipelineWith({ clock: this.#clock }, fallback(respond, { name, meter }));
  }
}

/** For waiting outside of an attempt, which has a limit of its own. */
const untilDeadline = timeout({ ms: longestDelayMs });

/** The last stage sends, so there is no work behind it. */
const nobody = (): Promise<never> => Promise.reject(new Error('The last stage of a client sends.'));

/** A request makes its signal when it is first asked for: only where it counts. */
function signalOf(request: ServiceRequest, method: string, work: WorkContext | undefined): AbortSignal | undefined {
  const withCaller = request.abortWithCaller ?? safeMethods.has(method);
  if (!withCaller || work === undefined) return request.signal;
  return request.signal === undefined ? work.signal : AbortSignal.any([request.signal, work.signal]);
}

function responseOf(incoming: Incoming): ServiceResponse<unknown> {
  return { status: incoming.status, headers: incoming.headers, body: decodeBody(incoming) };
}

/** What changes something and was not answered in time may have been done all the same: it is not repeated. */
function throwUnknownOutcome(error: unknown): never {
  if (!isKeelsonError(error, 'TIMEOUT')) throw error;
  const { message, details } = error;
  throw new KeelsonError('TIMEOUT', message, {
    retryable: false,
    cause: error,
    details: { ...details, outcome: 'unknown' },
  });
}

/** Does this error say that the other side is ill? */
function speaksAgainst(error: unknown): boolean {
  if (!isKeelsonError(error)) return false;
  if (error.code === 'HTTP_STATUS') return isFault(error.details['status']);
  return error.code === 'CONNECTION_FAILED' || error.code === 'TIMEOUT';
}
