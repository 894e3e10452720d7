// Measures one variant in this process, which has loaded nothing else, and sends what it found to its parent. It ends when its parent does.
import { cpus } from 'node:os';
import { cpuMs, machineMs } from '../support/measure.mjs';
import { order } from './order.mjs';
import { windowed } from './loops.mjs';

const job = JSON.parse(process.argv[2]);
const { kind, peer, make, options } = job;
const inFlight = 64;
/** Warm by number and not by time, so that the engine has compiled the same in every variant; the slow ones need not wait for all of them. */
const warm = { messages: 10_000, seconds: 6 };

process.once('disconnect', () => process.exit(1));
const stuck = setTimeout(() => fail(new Error(`${peer} was not done after ${job.limitMs} ms`)), job.limitMs);

function fail(error) {
  console.error(error);
  process.exit(1);
}

/** From now until it is called: messages per second, the CPU time of this process and of the broker, and what share of the cores all others had. */
function meter() {
  const broker = cpuMs(job.brokerPid);
  const machine = machineMs();
  const before = process.cpuUsage();
  const begun = performance.now();
  return (messages) => {
    const ms = performance.now() - begun;
    const { user, system } = process.cpuUsage(before);
    const ownMs = (user + system) / 1e3;
    const brokerMs = cpuMs(job.brokerPid) - broker;
    return {
      perSecond: (messages * 1e3) / ms,
      cpuUs: (ownMs * 1e3) / messages,
      brokerUs: (brokerMs * 1e3) / messages,
      others: Math.max(0, machineMs() - machine - ownMs - brokerMs) / (ms * cpus().length),
    };
  };
}

/** Says yes so often, and so long. */
function limited({ messages = Infinity, seconds = Infinity }) {
  const end = performance.now() + seconds * 1e3;
  let allowed = 0;
  return () => allowed < messages && performance.now() < end && ++allowed > 0;
}

async function measure(run, seconds) {
  const read = meter();
  const sent = await run(limited({ seconds }));
  return { ...read(sent), sent };
}

const work = {
  async publish(made) {
    const before = await made(limited(warm));
    const found = await measure(made, job.seconds);
    return { ...found, sent: before + found.sent };
  },

  async memory(made) {
    await made(limited(warm));
    return measure(made, job.seconds);
  },

  fill: async (made) => ({ sent: await made(limited({ messages: job.count })) }),

  async request(made) {
    const call = async () => {
      const { orderId } = await made();
      if (orderId !== order.orderId) fail(new Error('this is not the reply'));
    };
    await windowed(inFlight, call)(limited(warm));
    const many = await measure(windowed(inFlight, call), job.seconds);
    const times = [];
    const timed = async () => {
      const begun = performance.now();
      await call();
      times.push(performance.now() - begun);
    };
    await windowed(1, timed)(limited({ seconds: job.seconds / 2 }));
    times.sort((a, b) => a - b);
    return { ...many, p50Ms: times[times.length >> 1] };
  },
};

/** The queue holds `count` messages and those for warming up: the time runs from the last of these to the last of all. */
async function consume(start) {
  const warming = job.total - job.count;
  let taken = 0;
  let read;
  let resolve;
  const all = new Promise((done) => (resolve = done));
  const seen = (data) => {
    if (data.orderId !== order.orderId) fail(new Error('this is not the order'));
    taken += 1;
    if (taken === warming) read = meter();
    if (taken === job.total) resolve(read(job.count));
  };
  const close = await start({ ...options, seen });
  const found = await all;
  // The parent looks at what is left: a quorum queue may lose acknowledgements that it has not got round to when the channel closes.
  await new Promise((done) => setTimeout(done, 500));
  await close();
  return found;
}

try {
  const start = (await import(`./peers/${peer}.mjs`))[make];
  const found = kind === 'consume' ? await consume(start) : await work[kind](await start(options));
  clearTimeout(stuck);
  process.send(found, () => process.exit(0));
} catch (error) {
  fail(error);
}
