import { Registry } from 'prom-client';
import { contentTypes, type Format } from './text-format';

/** Writes metrics of the registry. */
export interface RegistryWriter {
  /** The whole page. */
  render(format: Format): Promise<string>;
  /** The lines of these metrics. */
  lines(metrics: readonly unknown[], format: Format): Promise<string[]>;
}

/**
 * prom-client's registry, written by keelson. Without this, a user's own call of `registry.metrics()` in OpenMetrics would rename
 * the prom-client counters in it, and one failing metric would fail all.
 */
export class MetricRegistry extends Registry {
  /** Labels that every series gets. */
  common: Readonly<Record<string, unknown>> = Object.freeze({});
  readonly #writer: () => RegistryWriter;

  constructor(writer: () => RegistryWriter) {
    super();
    this.#writer = writer;
  }

  override metrics(): Promise<string> {
    return this.#writer().render(this.#format);
  }

  override async getSingleMetricAsString(name: string): Promise<string> {
    const metric = this.getSingleMetric(name);
    if (metric === undefined) return '';
    return (await this.#writer().lines([metric], this.#format)).join('\n');
  }

  override setDefaultLabels(labels: object): void {
    super.setDefaultLabels(labels);
    this.common = Object.freeze({ ...labels });
  }

  override clear(): void {
    super.clear();
    this.common = Object.freeze({});
  }

  get #format(): Format {
    return (this.contentType as string) === contentTypes.openmetrics ? 'openmetrics' : 'text';
  }
}
