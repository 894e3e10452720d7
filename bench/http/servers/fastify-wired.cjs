'use strict';

// fastify with pino (one line per request), prom-client and OpenTelemetry.
require('../../support/otel.cjs');
const { randomUUID } = require('node:crypto');
const fastify = require('fastify');
const prom = require('prom-client');

prom.collectDefaultMetrics();
const duration = new prom.Histogram({
  name: 'http_request_duration_seconds',
  help: 'Duration of requests.',
  labelNames: ['method', 'route', 'status'],
});

const app = fastify({
  logger: true,
  disableRequestLogging: true,
  genReqId: () => randomUUID(),
  requestIdHeader: 'x-request-id',
});
app.addHook('onSend', async (req, reply) => {
  reply.header('x-request-id', req.id);
});
app.addHook('onResponse', async (req, reply) => {
  const route = req.routeOptions.url ?? 'unmatched';
  duration.observe({ method: req.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  const fields = { method: req.method, path: req.url, route, status: reply.statusCode, durationMs: reply.elapsedTime };
  req.log.info(fields, 'request');
});
app.get('/livez', async () => ({ status: 'UP' }));
app.get('/metrics', async (_req, reply) => {
  reply.type(prom.register.contentType);
  return prom.register.metrics();
});
app.get('/hello/:name', async (req) => ({ message: `hello ${req.params.name}` }));
app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
