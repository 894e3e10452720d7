'use strict';

// Sound requests at a steady rate, sent when they are due whether or not those before them have been answered (open loop). What finds no free
// connection waits, up to a limit: then the machine cannot keep the rate, and the request is skipped and counted.
const { Connection } = require('./connection.cjs');
const answerCalls = require('./answer-calls.cjs');
const { faultOf, sound } = require('./sound-requests.cjs');
const { drawFrom, randomFrom } = require('./random.cjs');

const tickMs = 5;
const examplesKept = 20;
/** So many seconds' worth of requests may wait. */
const patienceS = 10;
const kinds = sound.filter(({ name }) => ['hello', 'order', 'steps', 'stream', 'later'].includes(name));
/** Upper bounds in milliseconds: how late answers were, counted in growing steps. */
const bounds = Array.from({ length: 100 }, (_, index) => 1.12 ** index);

class Load {
  #random;
  #idle;
  #due = [];
  #perMs = 0;
  #begun = 0;
  #planned = 0;
  #busy = 0;
  #timer;
  tally = { sent: 0, failed: 0, skipped: 0, reopened: 0, late: bounds.map(() => 0), slowestMs: 0, examples: [] };

  constructor({ port, seed, connections }) {
    this.#random = randomFrom(seed);
    this.port = port;
    this.#idle = Array.from({ length: connections }, () => new Connection(port));
  }

  begin(perSecond) {
    this.#perMs = perSecond / 1_000;
    this.#begun = performance.now();
    this.#planned = 0;
    this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  async end() {
    clearInterval(this.#timer);
    while (this.#due.length > 0 || this.#busy > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    for (const connection of this.#idle) connection.destroy();
    return this.tally;
  }

  #tick() {
    const elapsed = performance.now() - this.#begun;
    while (this.#planned < elapsed * this.#perMs) {
      this.#planned += 1;
      if (this.#due.length > this.#perMs * 1_000 * patienceS) this.tally.skipped += 1;
      else this.#due.push(this.#begun + this.#planned / this.#perMs);
    }
    this.#sendDue();
  }

  #sendDue() {
    while (this.#due.length > 0 && this.#idle.length > 0) void this.#send(this.#next(), this.#due.shift());
  }

  /** The one that has been idle the longest, so that none is ever idle for as long as the service allows. */
  #next() {
    const connection = this.#idle.shift();
    if (connection.ended === undefined) return connection;
    this.tally.reopened += 1;
    return new Connection(this.port);
  }

  async #send(connection, dueAt) {
    this.#busy += 1;
    const kind = drawFrom(kinds, this.#random);
    const [answer] = await connection.ask(kind.make(this.#random));
    this.#busy -= 1;
    this.#count(performance.now() - dueAt, kind, faultOf(kind, answer), connection);
    this.#idle.push(connection);
    this.#sendDue();
  }

  #count(ms, kind, fault, connection) {
    const { tally } = this;
    tally.sent += 1;
    tally.slowestMs = Math.max(tally.slowestMs, ms);
    const step = bounds.findIndex((bound) => ms <= bound);
    tally.late[step < 0 ? bounds.length - 1 : step] += 1;
    if (fault === undefined) return;
    tally.failed += 1;
    if (tally.examples.length < examplesKept)
      tally.examples.push(`${kind.name}: ${fault} (${connection.ended ?? 'open'})`);
  }
}

/** As many as are answered when each connection sends the next request as soon as it has the answer. */
async function peak({ port, seed, connections, ms }) {
  const random = randomFrom(seed);
  const end = performance.now() + ms;
  let answered = 0;
  async function work() {
    const connection = new Connection(port);
    while (performance.now() < end) {
      const kind = drawFrom(kinds, random);
      const [answer] = await connection.ask(kind.make(random));
      const fault = faultOf(kind, answer);
      if (fault !== undefined) throw new Error(`${kind.name}: ${fault}`);
      answered += 1;
    }
    connection.destroy();
  }
  await Promise.all(Array.from({ length: connections }, work));
  return (answered * 1_000) / ms;
}

/** The bound below which this share of the answers came, in milliseconds. */
function quantile(late, share) {
  const whole = late.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (const [index, count] of late.entries()) {
    seen += count;
    if (seen >= whole * share) return bounds[index];
  }
  return Infinity;
}

let load;
answerCalls({
  peak,
  begin: ({ perSecond, ...target }) => {
    load = new Load(target);
    load.begin(perSecond);
  },
  tally: () => load.tally,
  end: async () => {
    const tally = await load.end();
    return { ...tally, p50Ms: quantile(tally.late, 0.5), p99Ms: quantile(tally.late, 0.99) };
  },
});
