'use strict';

// Moleculer with its web gateway: JSON lines of each request and answer, metrics for Prometheus on a port of their own, request ids. It has no
// exporter for OTLP, so there is no traced variant.
const { ServiceBroker } = require('moleculer');
const ApiGateway = require('moleculer-web');

const port = Number(process.env.PORT);
const broker = new ServiceBroker({
  nodeID: 'hello',
  logger: { type: 'Console', options: { formatter: 'json', level: 'info' } },
  metrics: { enabled: true, reporter: { type: 'Prometheus', options: { port: port + 20_000 } } },
  requestTimeout: 30_000,
});

broker.createService({
  name: 'greeter',
  actions: {
    hello: { params: { name: 'string' }, handler: ({ params }) => ({ message: `hello ${params.name}` }) },
  },
});

broker.createService({
  name: 'api',
  mixins: [ApiGateway],
  settings: {
    port,
    ip: '127.0.0.1',
    logRequest: 'info',
    logResponse: 'info',
    logRequestParams: null,
    routes: [{ path: '/', aliases: { 'GET /hello/:name': 'greeter.hello' }, mappingPolicy: 'restrict' }],
  },
});

broker.start();
