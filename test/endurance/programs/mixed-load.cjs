'use strict';

// A random mix of sound, malformed and rude requests, at full speed on a bounded number of connections. Every worker draws its requests from
// the seed, so a run can be repeated; every answer is looked at.
const { Connection } = require('./connection.cjs');
const answerCalls = require('./answer-calls.cjs');
const { faultOf, sound } = require('./sound-requests.cjs');
const { malformed } = require('./malformed-requests.cjs');
const { rude } = require('./rude-clients.cjs');
const { drawFrom, randomFrom } = require('./random.cjs');

const examplesKept = 20;
const tally = { sent: 0, wrong: 0, examples: [], kinds: {}, slowestMs: 0 };

/** On the connection that the worker keeps; another one if that has been closed. */
async function askSound(worker, kind) {
  const connection = worker.kept();
  const [answer] = await connection.ask(kind.make(worker.random), { heads: kind.heads === true });
  const fault = faultOf(kind, answer);
  return fault === 'no answer' ? `${fault}, ${connection.ended}` : fault;
}

async function askMalformed(worker, kind) {
  const connection = worker.fresh();
  const [answer] = await connection.ask(kind.make(worker.random));
  connection.destroy();
  if (answer === undefined) return kind.statuses.includes(0) ? undefined : `no answer, ${connection.ended}`;
  return kind.statuses.includes(answer.status) ? undefined : `status ${answer.status}: ${answer.body.slice(0, 200)}`;
}

const groups = {
  sound: sound.map((kind) => ({ ...kind, run: (worker) => askSound(worker, kind) })),
  malformed: malformed.map((kind) => ({ ...kind, run: (worker) => askMalformed(worker, kind) })),
  rude,
};

class Worker {
  constructor(port, seed) {
    this.port = port;
    this.random = randomFrom(seed);
    this.fresh = () => new Connection(port);
  }

  kept() {
    if (this.connection === undefined || this.connection.ended !== undefined) this.connection = this.fresh();
    return this.connection;
  }

  async work(kinds, over) {
    while (!over()) {
      const kind = drawFrom(kinds, this.random);
      const begun = performance.now();
      const fault = await kind.run(this);
      tally.sent += 1;
      tally.kinds[kind.name] = (tally.kinds[kind.name] ?? 0) + 1;
      tally.slowestMs = Math.max(tally.slowestMs, performance.now() - begun);
      if (fault !== undefined) this.note(`${kind.name}: ${fault}`);
    }
    this.connection?.destroy();
  }

  note(text) {
    tally.wrong += 1;
    if (tally.examples.length < examplesKept) tally.examples.push(text);
  }
}

let workers = [];

answerCalls({
  begin: ({ port, seed, connections }) => {
    workers = Array.from({ length: connections }, (_, index) => new Worker(port, seed * 1_000 + index));
  },
  /** Goes on where the last call stopped. */
  run: async ({ ms, mix = ['sound', 'malformed', 'rude'] }) => {
    const kinds = mix.flatMap((name) => groups[name]);
    const end = performance.now() + ms;
    await Promise.all(workers.map((worker) => worker.work(kinds, () => performance.now() >= end)));
    return tally;
  },
});
