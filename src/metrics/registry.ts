import { type Registry } from 'prom-client';
import { contentTypes, type Format } from './text-format';

// The class alone: the package's index also loads its default metrics and OpenTelemetry, which takes as long as reading all settings.
// eslint-disable-next-line @typescript-eslint/no-require-imports -- this file of prom-client has no types of its own
const PromRegistry = require('prom-client/lib/registry') as typeof Registry;

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
export class MetricRegistry extends PromRegistry {
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
