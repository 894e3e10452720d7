import { hostname } from 'node:os';
import { randomBytes } from 'node:crypto';
import { type Config } from '../config';
import { createRedactor, currentScope, systemClock, type Clock, type Redactor } from '../core';
import { createLogging, type Correlation, type Logging } from '../logging';
import { createMetrics, type Metrics } from '../metrics';
import { createTracing, type TracingProvider, type TracingSettings } from '../tracing';
import { type GivenParts } from './given-parts';
import { type Identity } from './insight';
import { type ServiceOptions } from './options';
import { type ChassisValues } from './service';

/** What tells about the service: logs, metrics and traces. */
export interface Telemetry {
  readonly identity: Identity;
  readonly redactor: Redactor;
  readonly logging: Logging;
  readonly metrics: Metrics;
  readonly tracing: TracingProvider;
  /** The time that they are in, and what else waits and measures. */
  readonly clock: Clock;
}

/** Makes logs, metrics and traces of a service from its settings. Opens nothing. */
export function createTelemetry(
  options: ServiceOptions,
  version: string,
  config: Config<ChassisValues>,
  tracingSettings: TracingSettings,
  parts?: GivenParts,
): Telemetry {
  const clock = parts?.clock ?? systemClock;
  const identity = { name: options.name, version, instance: config.get('instance.id') ?? madeUpInstance() };
  const log = config.get('log');
  const redactor = createRedactor({ keys: log.redact, secrets: () => config.secrets() });
  const logging = createLogging({
    service: identity.name,
    version,
    instance: identity.instance,
    level: log.level,
    format: log.format,
    redact: redactor,
    colors: process.stdout.isTTY && log.noColor === null,
    maxBuffered: log.maxBuffered,
    accessSample: log.accessSample,
    transports: options.log?.transports ?? [],
    clock,
    ...(parts === undefined ? {} : { out: parts.logOutput }),
    correlate: () => correlation(tracing),
  });
  const { logger } = logging;
  const metrics = createMetrics({
    service: identity,
    ...config.get('metrics'),
    redact: (text) => redactor.text(text),
    logger: logger.named('metrics'),
  });
  logging.setMeter(metrics);
  const tracing = createTracing({
    service: identity,
    settings: tracingSettings,
    clock,
    logger: logger.named('tracing'),
    meter: metrics,
    redact: (text, key) => maskedAttribute(redactor, text, key),
    ...(parts === undefined ? {} : { ended: parts.spanEnded }),
  });
  if (parts !== undefined) tellOfWork(tracing, parts.begun);
  return { identity, redactor, logging, metrics, tracing, clock };
}

/** All work is entered by tracing. */
function tellOfWork(tracing: TracingProvider, begun: GivenParts['begun']): void {
  const enter = tracing.enter.bind<TracingProvider['enter']>(tracing);
  tracing.enter = (scope, ...rest) => {
    if (scope.work !== undefined) begun(scope.work);
    enter(scope, ...rest);
  };
}

/** The value of a span's attribute: the name of the attribute may say that all of it is a secret. */
function maskedAttribute(redactor: Redactor, text: string, key: string | undefined): string {
  if (key === undefined || !redactor.isSecretKey(key)) return redactor.text(text);
  return String(Object.values(redactor.value({ [key]: text }) as object)[0]);
}

/** The ids for a log line: of the innermost span, and of the request or message around it. */
function correlation(tracing: TracingProvider): Correlation | undefined {
  const ids = tracing.activeIds();
  const work = currentScope()?.work;
  if (ids === undefined && work === undefined) return undefined;
  return { traceId: ids?.traceId ?? work?.traceId, spanId: ids?.spanId, requestId: work?.requestId };
}

/** In Kubernetes the host's name is the pod's; the rest tells apart what runs beside it on one machine. */
function madeUpInstance(): string {
  return `${hostname()}-${randomBytes(3).toString('hex')}`;
}
