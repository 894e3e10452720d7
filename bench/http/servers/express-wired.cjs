'use strict';

// express with the concerns of a production service wired by hand, the way most teams do it.
require('../../support/otel.cjs');
const { AsyncLocalStorage } = require('node:async_hooks');
const { randomUUID } = require('node:crypto');
const { trace } = require('@opentelemetry/api');
const express = require('express');
const prom = require('prom-client');
const winston = require('winston');

const context = new AsyncLocalStorage();
const correlate = winston.format((info) => {
  info.requestId = context.getStore()?.requestId;
  const ids = trace.getActiveSpan()?.spanContext();
  if (ids !== undefined) Object.assign(info, { traceId: ids.traceId, spanId: ids.spanId });
  return info;
});
const logger = winston.createLogger({
  defaultMeta: { service: 'hello' },
  format: winston.format.combine(
    winston.format.timestamp(),
    winston.format.errors({ stack: true }),
    correlate(),
    winston.format.json(),
  ),
  transports: [new winston.transports.Console()],
});

prom.collectDefaultMetrics();
const duration = new prom.Histogram({
  name: 'http_request_duration_seconds',
  help: 'Duration of requests.',
  labelNames: ['method', 'route', 'status'],
});

const app = express();
app.use((req, res, next) => {
  req.id = req.headers['x-request-id'] ?? randomUUID();
  res.setHeader('x-request-id', req.id);
  context.run({ requestId: req.id }, next);
});
app.use((req, res, next) => {
  const stop = duration.startTimer();
  const begun = performance.now();
  res.on('finish', () => {
    const route = req.route === undefined ? 'unmatched' : req.baseUrl + req.route.path;
    stop({ method: req.method, route, status: res.statusCode });
    const durationMs = performance.now() - begun;
    logger.info('request', { method: req.method, path: req.path, route, status: res.statusCode, durationMs });
  });
  next();
});
app.use(express.json());
app.get('/livez', (_req, res) => res.json({ status: 'UP' }));
app.get('/metrics', async (_req, res) => {
  res.type(prom.register.contentType).send(await prom.register.metrics());
});
app.get('/hello/:name', (req, res) => {
  res.json({ message: `hello ${req.params.name}` });
});
app.listen(process.env.PORT, '127.0.0.1');
