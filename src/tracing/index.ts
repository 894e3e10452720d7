export { type Context, type Span, type Tracer } from '@opentelemetry/api';
export { createTracing, type TracingOptions, type TracingProvider } from './create-tracing';
export { type EndedSpan, type EndedSpanEvent } from './ended-span';
export { foreignProvider } from './api-globals';
export { type Redact } from './export-text';
export { type PropagatorName } from './propagation';
export { type SpanLimits } from './recording-span';
export { type AttributeLimits, type AttributeList, type StoredValue } from './span-attributes';
export { type SamplerName } from './sampler';
export { type TracedService } from './service-resource';
export { type SettingProblem } from './setting-reader';
export {
  resolveTracingSettings,
  type BatchSettings,
  type CollectorTls,
  type ExporterSettings,
  type ResolveTracingOptions,
  type TracingSettings,
} from './tracing-settings';
export {
  tracingVariables,
  type TracingVariable,
  type TracingVariableKind,
  type TracingVariableName,
} from './tracing-variables';
