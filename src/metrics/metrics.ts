import { type Registry } from 'prom-client';
import {
  type Counter,
  type Gauge,
  type GaugeOptions,
  type Histogram,
  type HistogramOptions,
  type Meter,
  type MetricOptions,
} from '../core';
import { negotiate } from './accept';
import { Exposition } from './exposition';
import { resolveMetricsOptions, type MetricsOptions } from './options';
import { MetricRegistry } from './registry';
import { RuntimeMetrics } from './runtime/runtime-metrics';
import { FamilyStore } from './store';
import { contentTypes } from './text-format';

/** A page of metrics, ready to be sent. */
export interface ExposedMetrics {
  /** For the Content-Type header. */
  readonly contentType: string;
  readonly body: string;
  /** The body in UTF-8. Scrapes that share a rendering share it: do not write into it. */
  readonly bytes: Buffer;
}

/** The metrics of one service. */
export interface Metrics extends Meter {
  /**
   * For what else is needed: prom-client metrics that name this registry in `registers` are exposed too, default labels are applied,
   * and `registry.metrics()` writes the same page.
   */
  readonly registry: Registry;
  /**
   * Writes all metrics in the format that the Accept header prefers: text 0.0.4 unless OpenMetrics is asked for. Never rejects because of a
   * single metric. Works before start() and after stop() too.
   */
  expose(accept: string | undefined): Promise<ExposedMetrics>;
  /** Opens what watches the process: a timer and an observer of garbage collections. Again: does nothing. */
  start(): void;
  /** Closes them. The metrics keep their last values. Again: does nothing. */
  stop(): void;
}

/**
 * Makes the metrics of one service. Nothing runs before `start()`; call `stop()` in the end.
 *
 * @throws CONFIG_INVALID
 */
export function createMetrics(options: MetricsOptions): Metrics {
  return new ServiceMetrics(options);
}

class ServiceMetrics implements Metrics {
  readonly registry: MetricRegistry;
  readonly #store: FamilyStore;
  readonly #exposition: Exposition;
  readonly #runtime: RuntimeMetrics | undefined;

  constructor(options: MetricsOptions) {
    const resolved = resolveMetricsOptions(options);
    const { clock, logger, collectTimeoutMs, redact } = resolved;
    const registry = new MetricRegistry(() => this.#exposition);
    this.registry = registry;
    this.#store = new FamilyStore({ ...resolved, registry });
    this.#exposition = new Exposition({
      clock,
      logger,
      collectTimeoutMs,
      redact,
      failures: this.#store.failures,
      metrics: () => registry.getMetricsAsArray(),
      common: () => registry.common,
    });
    const { name, version, instance } = resolved.service;
    this.#store
      .gauge({
        name: 'keelson_service_info',
        help: 'Which service this is; always 1.',
        labels: ['service', 'version', 'instance'],
      })
      .set({ service: name, version, instance }, 1);
    this.#runtime = resolved.runtime ? new RuntimeMetrics(this.#store, clock) : undefined;
  }

  counter(options: MetricOptions): Counter {
    return this.#store.counter(options);
  }

  gauge(options: GaugeOptions): Gauge {
    return this.#store.gauge(options);
  }

  histogram(options: HistogramOptions): Histogram {
    return this.#store.histogram(options);
  }

  async expose(accept: string | undefined): Promise<ExposedMetrics> {
    const format = negotiate(accept);
    const { text, bytes } = await this.#exposition.page(format);
    return { contentType: contentTypes[format], body: text, bytes };
  }

  start(): void {
    this.#runtime?.start();
  }

  stop(): void {
    this.#runtime?.stop();
  }
}
