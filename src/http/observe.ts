import { type Counter, type Histogram, type HistogramSeries, type Meter } from '../core';
import { type KeelsonResponse } from './response';
import { type Exchange } from './exchange';

/** What is said about a request when it has ended. */
export interface AccessLine {
  method: string;
  /** Without the query: that is where secrets travel. */
  path: string;
  /** The route's template, or `unmatched`. */
  route: string;
  /** 499 when the client went away before an answer had begun, 503 when the service had to stop before. */
  status: number;
  durationMs: number;
  /** Of the answer's body. */
  bytes: number;
  /** The client went away before the answer was complete. */
  aborted: boolean;
  requestId: string;
  traceId: string;
  spanId: string;
}

/** Writes access lines. */
export type AccessLog = (line: AccessLine) => void;

const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']);

/** The label of requests that no route matched: their path must not become one. */
const unmatched = 'unmatched';

/** At the end of a request, in one place: the duration metric, the span's end and the access line. */
export class Observer {
  readonly #duration: Histogram;
  readonly #connectionErrors: Counter;
  readonly #accessLog: AccessLog | undefined;
  /** Per method and route, the series by status: a lookup by labels costs more than all else here. */
  readonly #series = new Map<string, Map<string, (HistogramSeries | undefined)[]>>();

  constructor(meter: Meter, active: () => number, accessLog?: AccessLog) {
    this.#accessLog = accessLog;
    this.#duration = meter.histogram({
      name: 'http_server_request_duration_seconds',
      help: 'Duration of HTTP requests, from their head to the end of the answer.',
      labels: ['http_request_method', 'http_route', 'http_response_status_code'],
    });
    meter.gauge({
      name: 'http_server_active_requests',
      help: 'HTTP requests being handled.',
      collect: (gauge) => gauge.set(active()),
    });
    this.#connectionErrors = meter.counter({
      name: 'keelson_http_connection_errors_total',
      help: 'Connections closed because what came was not HTTP, too large, too slow, or was left unread.',
      labels: ['reason'],
    });
  }

  /** A connection was closed before it became a request, or by a stall. */
  connectionError(reason: string): void {
    this.#connectionErrors.inc({ reason });
  }

  /** A request has ended. */
  finished(exchange: Exchange, template: string | undefined, now: number): void {
    const { req, res, span, status } = exchange;
    const given = req.method as string;
    const method = knownMethods.has(given) ? given : '_OTHER';
    const durationMs = now - exchange.startedAt;
    const route = template ?? unmatched;
    this.#seriesOf(method, route, status).observe(durationMs / 1000, span.sampled ? span : undefined);
    if (span.recording) describe(exchange, method, template, status);
    span.end();
    if (this.#accessLog === undefined) return;
    const { path, requestId, aborted } = exchange;
    const { traceId, spanId } = span;
    const bytes = (res as KeelsonResponse).bodyBytes;
    this.#accessLog({ method: given, path, route, status, durationMs, bytes, aborted, requestId, traceId, spanId });
  }

  #seriesOf(method: string, route: string, status: number): HistogramSeries {
    let routes = this.#series.get(method);
    if (routes === undefined) this.#series.set(method, (routes = new Map<string, (HistogramSeries | undefined)[]>()));
    let statuses = routes.get(route);
    if (statuses === undefined) routes.set(route, (statuses = []));
    return (statuses[status] ??= this.#duration.labels({
      http_request_method: method,
      http_route: route,
      http_response_status_code: status,
    }));
  }
}

/** Names and values by OpenTelemetry's semantic conventions for HTTP servers. */
function describe({ req, span, path }: Exchange, method: string, template: string | undefined, status: number): void {
  span.rename(template === undefined ? method : `${method} ${template}`);
  span.set('http.request.method', method);
  if (method === '_OTHER') span.set('http.request.method_original', req.method as string);
  if (template !== undefined) span.set('http.route', template);
  span.set('url.path', path);
  span.set('url.scheme', 'encrypted' in req.socket ? 'https' : 'http');
  span.set('http.response.status_code', status);
  span.set('network.protocol.version', req.httpVersion);
  const { host, 'user-agent': userAgent } = req.headers;
  if (host !== undefined) setServer(span, host);
  if (userAgent !== undefined) span.set('user_agent.original', userAgent);
  if (req.socket.remoteAddress !== undefined) span.set('client.address', req.socket.remoteAddress);
  if (status >= 500) span.fail(String(status));
}

function setServer(span: Exchange['span'], host: string): void {
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(host);
  if (match === null) return;
  span.set('server.address', match[1] as string);
  if (match[2] !== undefined) span.set('server.port', Number(match[2]));
}
