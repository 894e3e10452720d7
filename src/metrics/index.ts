export { createMetrics, type ExposedMetrics, type Metrics } from './metrics';
export { type MetricsOptions, type MetricsService } from './options';
