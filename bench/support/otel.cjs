'use strict';

// OpenTelemetry as its documentation says: the SDK with automatic instrumentation and an OTLP/HTTP exporter. Only when an endpoint is set.
if (process.env.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined) {
  const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-http');
  const { ExpressInstrumentation } = require('@opentelemetry/instrumentation-express');
  const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
  const { NodeSDK } = require('@opentelemetry/sdk-node');
  const { BatchSpanProcessor } = require('@opentelemetry/sdk-trace-base');
  const { FastifyOtelInstrumentation } = require('@fastify/otel');

  const framework =
    process.env.FRAMEWORK === 'fastify'
      ? new FastifyOtelInstrumentation({ registerOnInitialization: true })
      : new ExpressInstrumentation();
  new NodeSDK({
    serviceName: 'hello',
    instrumentations: [new HttpInstrumentation(), framework],
    metricReaders: [],
    logRecordProcessors: [],
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  }).start();
}
