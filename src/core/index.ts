export { systemClock, longestDelayMs, within, type Clock, type Timer } from './clock';
export { type CheckFunction, type CheckResult, type Component } from './component';
export { clockHere, currentScope, runInScope } from './context';
export { KeelsonError, errorCodes, isKeelsonError, type ErrorCode, type KeelsonErrorOptions } from './errors';
export {
  faultError,
  markFault,
  markFaultHere,
  type Fault,
  type FaultKinds,
  type FaultPort,
  type FaultSource,
  type FaultSubject,
} from './fault';
export { noopLogger, type LogFields, type Logger, type LogLevel } from './logger';
export {
  noopMeter,
  type Counter,
  type CounterSeries,
  type Exemplar,
  type Gauge,
  type GaugeOptions,
  type GaugeSeries,
  type Histogram,
  type HistogramOptions,
  type HistogramSeries,
  type Labels,
  type Meter,
  type MetricOptions,
} from './meter';
export { namesPrototype } from './prototype-key';
export { createRedactor, type Redactor, type RedactorOptions } from './redact';
export { type RedactLimits } from './redact-value';
export { isRequestId } from './request-id';
export { mix32 } from './mix32';
export { rest } from './rest';
export { retryAfterMs } from './retry-after';
export { compose, type Stage } from './stage';
export { pointerOf, type SchemaIssue, type SchemaResult, type StandardSchema } from './standard-schema';
export { type TraceIds } from './trace';
export { noopTracing, type AttributeValue, type Carrier, type Tracing, type WorkSpan } from './tracing';
export { treeOver } from './tree-over';
export { type Scope, type WorkContext } from './work';
