import { validateHeaderName, validateHeaderValue } from 'node:http';
import { type PropagatorName } from './propagation';
import { type SpanLimits } from './recording-span';
import { type SamplerName, samplerNames } from './sampler';
import { SettingReader } from './setting-reader';
import { type TracingVariableName, tracingVariables } from './tracing-variables';

/** Key and certificates for a collector behind TLS, in PEM form. */
export interface CollectorTls {
  readonly ca?: string;
  readonly key?: string;
  readonly cert?: string;
}

/** Where ended spans go. */
export type ExporterSettings =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'otlp' | 'zipkin';
      readonly url: URL;
      readonly headers: Readonly<Record<string, string>>;
      /** Milliseconds that one export may take, retries included. */
      readonly timeoutMs: number;
      readonly gzip: boolean;
      readonly tls: CollectorTls;
    };

/** How ended spans wait for export. */
export interface BatchSettings {
  /** Spans that may wait; further ones are dropped. @default 2048 */
  readonly queueSize: number;
  /** Spans per export, at most 512. @default 512 */
  readonly batchSize: number;
  /** Milliseconds between two exports. @default 5000 */
  readonly delayMs: number;
}

/** What the OTEL_* variables say, validated: made by {@link resolveTracingSettings}. */
export interface TracingSettings {
  readonly exporter: ExporterSettings;
  /** @default parentbased_always_on; `ratio` is 0 to 1 */
  readonly sampler: { readonly name: SamplerName; readonly ratio: number };
  /** In order of preference when reading. @default tracecontext, baggage */
  readonly propagators: readonly PropagatorName[];
  readonly batch: BatchSettings;
  readonly limits: SpanLimits;
  /** Resource attributes that win over what the service says of itself. */
  readonly resource: Readonly<Record<string, string>>;
}

/** What resolving needs besides the values. */
export interface ResolveTracingOptions {
  /** Reads the text of a file: for the three certificate settings, which are paths. May throw. @default none: they are errors */
  readFile?: (path: string) => string;
  /**
   * Is the user's own OpenTelemetry SDK in use? Then exporter, sampler and propagators are its business, and values that we
   * do not speak are no errors. @default false
   */
  foreign?: boolean;
}

const largestBatch = 512;
const propagatorNames = ['tracecontext', 'baggage', 'b3', 'b3multi'] as const;
const ownHeaders =
  /^(?:connection|content-encoding|content-length|content-type|expect|host|transfer-encoding|upgrade)$/;

/**
 * Validates the settings of tracing.
 *
 * @param raw values by name, as text or already of their type: the group `otel` of the configuration
 * @throws KeelsonError CONFIG_INVALID that names every setting that is wrong, and each choice that there is
 */
export function resolveTracingSettings(
  raw: Readonly<Record<string, unknown>>,
  options: ResolveTracingOptions = {},
): TracingSettings {
  const reader = new SettingReader(raw);
  const disabled = reader.choice('sdkDisabled', ['true', 'false'], 'false') === 'true';
  const foreign = options.foreign === true;
  const exporter = disabled || foreign ? none : readExporter(reader, options.readFile);
  const sampler = disabled ? unsampled : foreign ? keepAll : readSampler(reader);
  const settings: TracingSettings = {
    exporter,
    sampler,
    propagators: readPropagators(reader, foreign),
    batch: readBatch(reader),
    limits: readLimits(reader),
    resource: readResource(reader),
  };
  reader.finish();
  return Object.freeze(settings);
}

const none: ExporterSettings = Object.freeze({ kind: 'none' });
const unsampled = Object.freeze({ name: 'parentbased_always_off', ratio: 0 } as const);
const keepAll = Object.freeze({ name: 'parentbased_always_on', ratio: 1 } as const);

function defaultOf(name: TracingVariableName): string {
  return String(tracingVariables.find((variable) => variable.name === name)?.default);
}

function readSampler(reader: SettingReader): TracingSettings['sampler'] {
  const name = reader.choice('tracesSampler', samplerNames, 'parentbased_always_on');
  return { name, ratio: name.endsWith('ratio') ? reader.ratio('tracesSamplerArg', 1) : 1 };
}

function readPropagators(reader: SettingReader, foreign: boolean): readonly PropagatorName[] {
  const given = reader.has('propagators') ? reader.text('propagators') : defaultOf('propagators');
  const names = given.split(',').map((name) => name.trim().toLowerCase());
  const known = propagatorNames.filter((name) => names.includes(name));
  if (names.length === 1 && names[0] === 'none') return [];
  if (!foreign && names.some((name) => !propagatorNames.some((one) => one === name))) {
    reader.refuse('propagators', `some of ${propagatorNames.join(', ')}, or none alone`, known);
  }
  return known.sort((a, b) => names.indexOf(a) - names.indexOf(b));
}

function readBatch(reader: SettingReader): BatchSettings {
  const queueSize = reader.integer('bspMaxQueueSize', 1, 2048);
  const wanted = reader.integer('bspMaxExportBatchSize', 1, largestBatch);
  return {
    queueSize,
    batchSize: Math.min(wanted, queueSize, largestBatch),
    delayMs: reader.integer('bspScheduleDelay', 1, 5000),
  };
}

function readLimits(reader: SettingReader): SpanLimits {
  const generalCount = reader.integer('attributeCountLimit', 0, 128);
  const generalLength = reader.integer('attributeValueLengthLimit', 0, 8192);
  const valueLength = reader.integer('spanAttributeValueLengthLimit', 0, generalLength);
  return {
    attributes: { count: reader.integer('spanAttributeCountLimit', 0, generalCount), valueLength },
    eventAttributes: { count: reader.integer('eventAttributeCountLimit', 0, generalCount), valueLength },
    linkAttributes: { count: reader.integer('linkAttributeCountLimit', 0, generalCount), valueLength },
    events: reader.integer('spanEventCountLimit', 0, 128),
    links: reader.integer('spanLinkCountLimit', 0, 128),
  };
}

function readResource(reader: SettingReader): Record<string, string> {
  const attributes = reader.pairs('resourceAttributes');
  return reader.has('serviceName') ? { ...attributes, 'service.name': reader.text('serviceName') } : attributes;
}

function readExporter(reader: SettingReader, readFile: ResolveTracingOptions['readFile']): ExporterSettings {
  const endpoint = reader.has('exporterOtlpEndpoint') || reader.has('exporterOtlpTracesEndpoint');
  const kind = reader.choice('tracesExporter', ['otlp', 'zipkin', 'none'], endpoint ? 'otlp' : 'none');
  switch (kind) {
    case 'none':
      return none;
    case 'zipkin':
      return {
        kind,
        url: reader.url('exporterZipkinEndpoint', defaultOf('exporterZipkinEndpoint')),
        headers: {},
        timeoutMs: exportTimeout(reader, 'exporterZipkinTimeout'),
        gzip: false,
        tls: {},
      };
    case 'otlp':
      return readOtlp(reader, readFile);
  }
}

function readOtlp(reader: SettingReader, readFile: ResolveTracingOptions['readFile']): ExporterSettings {
  reader.choice(reader.first('exporterOtlpTracesProtocol', 'exporterOtlpProtocol'), ['http/json'], 'http/json');
  const compression = reader.first('exporterOtlpTracesCompression', 'exporterOtlpCompression');
  const file = (name: TracingVariableName): string | undefined => readPem(reader, name, readFile);
  const ca = file(reader.first('exporterOtlpTracesCertificate', 'exporterOtlpCertificate'));
  const key = file(reader.first('exporterOtlpTracesClientKey', 'exporterOtlpClientKey'));
  const cert = file(reader.first('exporterOtlpTracesClientCertificate', 'exporterOtlpClientCertificate'));
  return {
    kind: 'otlp',
    url: otlpUrl(reader),
    headers: { ...readHeaders(reader, 'exporterOtlpHeaders'), ...readHeaders(reader, 'exporterOtlpTracesHeaders') },
    timeoutMs: exportTimeout(reader, reader.first('exporterOtlpTracesTimeout', 'exporterOtlpTimeout')),
    gzip: reader.choice(compression, ['gzip', 'none'], 'none') === 'gzip',
    tls: {
      ...(ca === undefined ? {} : { ca }),
      ...(key === undefined ? {} : { key }),
      ...(cert === undefined ? {} : { cert }),
    },
  };
}

function exportTimeout(reader: SettingReader, name: TracingVariableName): number {
  return Math.min(reader.integer(name, 1, 10_000), reader.integer('bspExportTimeout', 1, 30_000));
}

function otlpUrl(reader: SettingReader): URL {
  if (reader.has('exporterOtlpTracesEndpoint')) {
    return reader.url('exporterOtlpTracesEndpoint', 'http://localhost:4318/v1/traces');
  }
  const url = reader.url('exporterOtlpEndpoint', 'http://localhost:4318');
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/traces`;
  return url;
}

function readHeaders(reader: SettingReader, name: TracingVariableName): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [key, value] of Object.entries(reader.pairs(name))) {
    if (!isHeader(key, value)) return reader.refuse(name, 'valid HTTP headers, and none that describes the body', {});
    headers[key.toLowerCase()] = value;
  }
  return headers;
}

function isHeader(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return !ownHeaders.test(name.toLowerCase());
  } catch {
    return false;
  }
}

function readPem(
  reader: SettingReader,
  name: TracingVariableName,
  readFile: ResolveTracingOptions['readFile'],
): string | undefined {
  if (!reader.has(name)) return undefined;
  try {
    return readFile?.(reader.text(name)) ?? reader.refuse(name, 'nothing: files cannot be read here', undefined);
  } catch {
    return reader.refuse(name, 'the path of a file that can be read', undefined);
  }
}
