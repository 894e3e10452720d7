import { type HistogramSeries, type Histogram, type Meter } from '../core';

/** Methods that are told apart; any other counts as `_OTHER`, so that a label is bounded. */
const known: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** How long attempts took: `http_client_request_duration_seconds`, by OpenTelemetry's semantic conventions. */
export class ClientMetrics {
  readonly #name: string;
  readonly #duration: Histogram;
  readonly #series = new Map<string, HistogramSeries>();

  constructor(name: string, meter: Meter) {
    this.#name = name;
    this.#duration = meter.histogram({
      name: 'http_client_request_duration_seconds',
      help: 'Duration of calls to other services, each attempt by itself.',
      labels: ['http_request_method', 'server_address', 'http_response_status_code', 'error_type'],
    });
  }

  /** @param status 0: there was no answer; @param errorType empty: none */
  observe(method: string, status: number, errorType: string, seconds: number): void {
    const key = `${method} ${status} ${errorType}`;
    let series = this.#series.get(key);
    if (series === undefined) {
      series = this.#duration.labels({
        http_request_method: known.has(method) ? method : '_OTHER',
        server_address: this.#name,
        http_response_status_code: status === 0 ? '' : status,
        error_type: errorType,
      });
      if (this.#series.size < 200) this.#series.set(key, series);
    }
    series.observe(seconds);
  }
}
