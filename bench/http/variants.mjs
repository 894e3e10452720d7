// The servers that are compared, in the order in which they take their turns.
const traced = (sink) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${sink}`,
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
});

export const variants = [
  { name: 'node:http', program: 'raw.cjs', env: () => ({}) },
  { name: 'express 5, bare', program: 'express-bare.cjs', env: () => ({}) },
  { name: 'express 5, wired by hand', program: 'express-wired.cjs', env: () => ({}) },
  { name: 'express 5, wired by hand, traced', program: 'express-wired.cjs', env: traced },
  { name: 'fastify, wired', program: 'fastify-wired.cjs', env: () => ({}) },
  {
    name: 'fastify, wired, traced',
    program: 'fastify-wired.cjs',
    env: (sink) => ({ ...traced(sink), FRAMEWORK: 'fastify' }),
  },
  { name: 'NestJS, wired', program: 'nest-wired.mjs', env: () => ({}) },
  { name: 'NestJS, wired, traced', program: 'nest-wired.mjs', env: traced },
  { name: 'Moleculer, wired', program: 'moleculer-wired.cjs', env: () => ({}) },
  { name: 'keelson', program: 'keelson.cjs', env: () => ({}) },
  { name: 'keelson, traced', program: 'keelson.cjs', env: traced },
];
