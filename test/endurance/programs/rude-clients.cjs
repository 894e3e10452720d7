'use strict';

// Clients that do not wait for their answer, stop in the middle or send several requests at once. `run` gets a worker with `random()` and
// `fresh()`, a new connection; what it resolves to is what went wrong on the side of the service.
const { setTimeout: sleep } = require('node:timers/promises');
const { request } = require('./request.cjs');

/** Hangs up in one of the ways there are: FIN, or RST. */
function hangUp(connection, random) {
  if (random() < 0.5) connection.socket.resetAndDestroy();
  connection.destroy();
}

/** Sends these bytes, waits a little and hangs up. */
function abandoned(make) {
  return async ({ random, fresh }) => {
    const connection = fresh();
    await connection.connected();
    connection.send(make(random));
    await sleep(random() * 20);
    hangUp(connection, random);
  };
}

const head = request('GET', '/hello/x', { a: 'b'.repeat(100) });
const partOf = (text, random) => text.slice(0, 1 + Math.floor(random() * (text.length - 2)));

const rude = [
  { name: 'only connects', weight: 1, run: abandoned(() => '') },
  { name: 'half a head', weight: 2, run: abandoned((random) => partOf(head, random)) },
  {
    name: 'half a body',
    weight: 2,
    run: abandoned(() => request('POST', '/orders', { 'content-length': 500 }, '{"amount":')),
  },
  { name: 'aborts a slow one', weight: 3, run: abandoned(() => request('GET', '/slow?ms=1000')) },
  { name: 'aborts a stream', weight: 2, run: abandoned(() => request('GET', '/stream?chunks=400')) },
  { name: 'aborts a quick one', weight: 2, run: abandoned(() => head) },
  {
    name: 'aborts five at once',
    weight: 1,
    run: abandoned(() => head + request('GET', '/slow?ms=300') + head.repeat(3)),
  },
  {
    name: 'half, then FIN',
    weight: 1,
    async run({ random, fresh }) {
      const connection = fresh();
      await connection.connected();
      const answers = connection.ask(partOf(head, random));
      connection.socket.end();
      const [answer] = await answers;
      connection.destroy();
      if (answer !== undefined && answer.status !== 400) return `status ${answer.status}`;
      return connection.ended === 'late' ? 'no end' : undefined;
    },
  },
  {
    name: 'whole, then FIN',
    weight: 1,
    async run({ fresh }) {
      const connection = fresh();
      await connection.connected();
      const answers = connection.ask(request('GET', '/slow?ms=20'));
      connection.socket.end();
      const [answer] = await answers;
      connection.destroy();
      return answer?.status === 200 ? undefined : `status ${answer?.status}`;
    },
  },
  {
    name: 'pipelining',
    weight: 2,
    async run({ fresh }) {
      const connection = fresh();
      const names = ['a', 'b', 'c', 'd'];
      const [first, ...rest] = names.map((name) => request('GET', `/hello/${name}`));
      const answers = await connection.ask(first + request('GET', '/slow?ms=10') + rest.join(''), { wanted: 5 });
      connection.destroy();
      const said = answers.map(({ body }) => JSON.parse(body).message ?? 'slow').join();
      return said === 'hello a,slow,hello b,hello c,hello d' ? undefined : `answers: ${said}`;
    },
  },
  {
    name: 'pipelining with a bad end',
    weight: 1,
    async run({ fresh }) {
      const connection = fresh();
      const [answer] = await connection.ask(`${head}\u0001bad\r\n\r\n`, { wanted: 2 });
      connection.destroy();
      return answer?.status === 200 || answer?.status === 400 ? undefined : `status ${answer?.status}`;
    },
  },
  {
    name: 'reads slowly',
    weight: 1,
    async run({ random, fresh }) {
      const connection = fresh();
      await connection.connected();
      connection.socket.pause();
      connection.send(request('GET', '/stream?chunks=200'));
      await sleep(50 + random() * 100);
      hangUp(connection, random);
    },
  },
];

module.exports = { rude };
