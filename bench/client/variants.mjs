// One GET of a JSON answer, decoded, by keelson's client and by others. Each is made in a process of its own, which loads nothing else. `make` is given the
// ports of three servers that are alike, and gives the call; those that go to one server take the first.
import http from 'node:http';

export const inFlight = 50;
const path = '/hello/bob';
const url = (port) => `http://127.0.0.1:${port}`;

/** All policies that are on by default: the two time limits, retry with its budget, breaker and bulkhead. */
async function keelson(to, tools = {}) {
  const { createClient } = await import('keelson/client');
  const client = createClient(to, {}, tools);
  return () => client.get(path);
}

/** As `service.client` gives it: measured, and with a trace that goes along. */
async function keelsonSeen(to, tools = {}) {
  const { createMetrics } = await import('keelson/metrics');
  const { createTracing, resolveTracingSettings } = await import('keelson/tracing');
  const service = { name: 'bench', version: '1.0.0', instance: 'bench-1' };
  const tracing = createTracing({ service, settings: resolveTracingSettings({}) });
  return keelson(to, { meter: createMetrics({ service }), tracing, ...tools });
}

async function byName(ports) {
  const { createMemoryNetwork, makeInstance, memoryRegistry } = await import('keelson/discovery');
  const network = createMemoryNetwork();
  const service = 'greeter';
  for (const port of ports) {
    network.put({}, { instance: makeInstance({ service, host: '127.0.0.1', port }), status: 'UP' });
  }
  const registry = memoryRegistry({ network });
  await registry.start();
  return keelsonSeen(service, { registry });
}

async function poolOf(port) {
  const { Pool } = await import('undici');
  return new Pool(url(port), { connections: inFlight });
}

/** A handler and no stream for the body: the least that undici can do. */
const dispatched = (pool) => () =>
  new Promise((resolve, reject) => {
    const chunks = [];
    pool.dispatch(
      { path, method: 'GET' },
      {
        onRequestStart() {},
        onResponseStart() {},
        onResponseData: (_controller, chunk) => chunks.push(chunk),
        onResponseEnd: () => resolve(JSON.parse(Buffer.concat(chunks).toString())),
        onResponseError: (_controller, error) => reject(error),
      },
    );
  });

const agent = () => new http.Agent({ keepAlive: true, maxSockets: inFlight });

export const poolRequest = 'undici Pool.request';
export const byOrigin = 'keelson, to an origin';
export const byServiceName = 'keelson, by name, 3 instances';
export const farBehind = ['global fetch', 'axios', 'got'];

export const variants = new Map([
  [
    poolRequest,
    async ([port]) => {
      const pool = await poolOf(port);
      return async () => (await pool.request({ path, method: 'GET' })).body.json();
    },
  ],
  [byOrigin, ([port]) => keelsonSeen(url(port))],
  ['keelson, to an origin, without metrics and trace', ([port]) => keelson(url(port))],
  [byServiceName, byName],
  ['undici Pool.dispatch', async ([port]) => dispatched(await poolOf(port))],
  [
    'undici.request',
    async ([port]) => {
      const { Agent, request } = await import('undici');
      const dispatcher = new Agent({ connections: inFlight });
      return async () => (await request(url(port) + path, { dispatcher })).body.json();
    },
  ],
  [
    'global fetch',
    ([port]) =>
      async () =>
        (await fetch(url(port) + path)).json(),
  ],
  [
    'axios',
    async ([port]) => {
      const { default: axios } = await import('axios');
      const client = axios.create({ httpAgent: agent() });
      return async () => (await client.get(url(port) + path)).data;
    },
  ],
  [
    'got',
    async ([port]) => {
      const { default: got } = await import('got');
      const client = got.extend({ agent: { http: agent() }, retry: { limit: 0 } });
      return () => client(url(port) + path).json();
    },
  ],
]);
