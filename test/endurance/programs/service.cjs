'use strict';

// A service with everything on. Who started it may have its garbage collected (--expose-gc), and may let its health check hang.
const { setTimeout: sleep } = require('node:timers/promises');
const { createService, validate } = require('../../../dist');
const answerCalls = require('./answer-calls.cjs');

const order = {
  '~standard': {
    version: 1,
    vendor: 'endurance',
    validate(value) {
      const { amount, note = '' } = value ?? {};
      if (Number.isInteger(amount) && typeof note === 'string') return { value: { amount, note } };
      return { issues: [{ message: 'expected a whole number', path: ['amount'] }] };
    },
  },
};

/** While there is one the health check hangs, whatever its signal says: until it is let go. */
let hang;
const service = createService({ name: 'endured' });
service.use({
  name: 'store',
  check: async () => {
    await hang?.over;
    return { details: { rows: 1 } };
  },
});
const orders = service.metrics.counter({ name: 'orders_total', help: 'Orders taken.', labels: ['kind'] });
const work = service.log.named('work');

const { app } = service;
app.get('/hello/:name', (req, res) => {
  res.json({ message: `hello ${req.params.name}` });
});
app.post('/orders', validate({ body: order }), async (req, res) => {
  await null;
  orders.inc({ kind: req.body.amount > 500 ? 'large' : 'small' });
  service.log.info('ordered', { amount: req.body.amount });
  res.status(201).json({ amount: req.body.amount, requestId: service.context().requestId });
});
app.get('/steps', async (_req, res) => {
  const span = service.tracer.startSpan('steps', { attributes: { steps: 3 } });
  await sleep(1);
  work.child({ step: 1 }).debug('a step');
  await new Promise((resolve) => setImmediate(resolve));
  span.addEvent('done');
  span.end();
  res.json({ requestId: service.context().requestId });
});
app.get('/slow', async (req, res) => {
  const { signal } = service.context();
  await sleep(Number(req.query.ms), undefined, { signal });
  res.json({ slept: true });
});
app.get('/stream', async (req, res) => {
  const chunk = Buffer.alloc(1_024, 'x');
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  for (let left = Number(req.query.chunks); left > 0 && !gone.signal.aborted; left--) {
    if (!res.write(chunk)) await new Promise((go) => res.once('drain', go).once('close', go));
    if (left % 8 === 0) await sleep(1);
  }
  res.end();
});
app.get('/fail', () => {
  throw new Error('it fails on purpose');
});
app.get('/reject', async () => {
  await sleep(1);
  throw new Error('it rejects on purpose', { cause: new TypeError('the cause') });
});
app.post('/later', (_req, res) => {
  service.background(async ({ signal, log }) => {
    await sleep(5, undefined, { signal });
    log.info('done later');
  });
  service.background(() => {
    throw new Error('background work that fails on purpose');
  });
  res.sendStatus(202);
});
app.get('/block', (req, res) => {
  const end = performance.now() + Number(req.query.ms);
  while (performance.now() < end);
  res.json({ blocked: true });
});

/** Several times, with turns of the event loop between: what a collection finds to be gone may free more. */
async function collect() {
  for (let i = 0; i < 6; i++) {
    globalThis.gc();
    await sleep(50);
  }
}

function resources() {
  const counts = {};
  for (const type of process.getActiveResourcesInfo()) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

void service.start().then(({ port }) => {
  answerCalls({
    port: () => port,
    memory: () => process.memoryUsage(),
    collected: async () => {
      await collect();
      return process.memoryUsage();
    },
    resources,
    hang: () => {
      hang = {};
      hang.over = new Promise((resolve) => (hang.letGo = resolve));
    },
    letGo: () => {
      hang.letGo();
      hang = undefined;
    },
    snapshot: (file) => require('node:v8').writeHeapSnapshot(file),
  });
});
