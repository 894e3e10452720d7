/** How a variable's text is read. `pairs` is `key=value,key=value`, percent-encoded; `file` is the path of a PEM file. */
export type TracingVariableKind =
  'boolean' | 'integer' | 'ratio' | 'choice' | 'list' | 'text' | 'url' | 'pairs' | 'file';

/** One setting of tracing: the standard variable and where it stands in the configuration. */
export interface TracingVariable {
  /** The name under which {@link resolveTracingSettings} takes its value. */
  readonly name: TracingVariableName;
  /** Its key in the configuration: `otel.` and the name. */
  readonly key: string;
  /** The environment variable. */
  readonly env: string;
  readonly kind: TracingVariableKind;
  /** One sentence for people, with the unit. */
  readonly doc: string;
  /** What counts when it is unset or empty. Undefined: see `doc`. */
  readonly default: string | number | boolean | undefined;
  /** Must be masked wherever it is shown. */
  readonly sensitive: boolean;
}

type Row = readonly [
  name: string,
  kind: TracingVariableKind,
  fallback: string | number | boolean | undefined,
  doc: string,
];

const rows = [
  ['sdkDisabled', 'boolean', false, 'Makes no spans and exports nothing; trace ids still travel'],
  ['serviceName', 'text', undefined, "The resource's service.name. Default: the service's name"],
  [
    'resourceAttributes',
    'pairs',
    undefined,
    'Further attributes of the resource; they win over what the service says of itself',
  ],
  [
    'propagators',
    'list',
    'tracecontext,baggage',
    'Headers that carry the trace: tracecontext, baggage, b3, b3multi; or none',
  ],
  ['tracesExporter', 'choice', undefined, 'otlp, zipkin or none. Default: otlp if an OTLP endpoint is set, else none'],
  [
    'tracesSampler',
    'choice',
    'parentbased_always_on',
    'always_on, always_off, traceidratio, or one of these after parentbased_',
  ],
  ['tracesSamplerArg', 'ratio', 1, 'Share of new traces that a traceidratio sampler keeps, 0 to 1'],
  [
    'exporterOtlpEndpoint',
    'url',
    undefined,
    'Base URL of the collector; /v1/traces is added. Default: http://localhost:4318',
  ],
  ['exporterOtlpTracesEndpoint', 'url', undefined, 'URL for spans, used as it is; wins over the base URL'],
  ['exporterOtlpHeaders', 'pairs', undefined, 'Headers sent to the collector'],
  ['exporterOtlpTracesHeaders', 'pairs', undefined, 'Headers sent with spans, on top of the ones for all signals'],
  ['exporterOtlpTimeout', 'integer', 10_000, 'Milliseconds that one export may take, retries included'],
  ['exporterOtlpTracesTimeout', 'integer', undefined, 'The same, for spans'],
  ['exporterOtlpProtocol', 'choice', 'http/json', 'http/json, the only protocol spoken here'],
  ['exporterOtlpTracesProtocol', 'choice', undefined, 'The same, for spans'],
  ['exporterOtlpCompression', 'choice', 'none', 'gzip or none'],
  ['exporterOtlpTracesCompression', 'choice', undefined, 'The same, for spans'],
  ['exporterOtlpCertificate', 'file', undefined, "PEM file of the authority that signed the collector's certificate"],
  ['exporterOtlpTracesCertificate', 'file', undefined, 'The same, for spans'],
  ['exporterOtlpClientKey', 'file', undefined, "PEM file of the client's private key"],
  ['exporterOtlpTracesClientKey', 'file', undefined, 'The same, for spans'],
  ['exporterOtlpClientCertificate', 'file', undefined, "PEM file of the client's certificate chain"],
  ['exporterOtlpTracesClientCertificate', 'file', undefined, 'The same, for spans'],
  ['exporterZipkinEndpoint', 'url', 'http://localhost:9411/api/v2/spans', 'URL for spans'],
  ['exporterZipkinTimeout', 'integer', 10_000, 'Milliseconds that one export may take, retries included'],
  ['bspScheduleDelay', 'integer', 5000, 'Milliseconds between two exports'],
  [
    'bspExportTimeout',
    'integer',
    30_000,
    "Milliseconds that one export may take; the exporter's own timeout counts when it is shorter",
  ],
  ['bspMaxQueueSize', 'integer', 2048, 'Ended spans that wait for export; further ones are dropped'],
  ['bspMaxExportBatchSize', 'integer', 512, 'Spans per export; 512 is also the most'],
  ['attributeValueLengthLimit', 'integer', 8192, 'Characters of a text attribute'],
  ['attributeCountLimit', 'integer', 128, 'Attributes of a span, an event or a link'],
  [
    'spanAttributeValueLengthLimit',
    'integer',
    undefined,
    'Characters of a text attribute; wins over the general limit',
  ],
  ['spanAttributeCountLimit', 'integer', undefined, 'Attributes of a span; wins over the general limit'],
  ['spanEventCountLimit', 'integer', 128, 'Events of a span'],
  ['spanLinkCountLimit', 'integer', 128, 'Links of a span'],
  ['eventAttributeCountLimit', 'integer', undefined, 'Attributes of an event; wins over the general limit'],
  ['linkAttributeCountLimit', 'integer', undefined, 'Attributes of a link; wins over the general limit'],
] as const satisfies readonly Row[];

/** The names of all settings of tracing. */
export type TracingVariableName = (typeof rows)[number][0];

/** All settings of tracing, as data: for a configuration schema, and for documentation. */
export const tracingVariables: readonly TracingVariable[] = Object.freeze(
  rows.map(([name, kind, fallback, doc]) =>
    Object.freeze({
      name,
      key: `otel.${name}`,
      env: `OTEL_${name.replace(/[A-Z]/g, '_$&').toUpperCase()}`,
      kind,
      doc,
      default: fallback,
      sensitive: name.endsWith('Headers'),
    }),
  ),
);
