// node one.mjs success|failing|idle NAME: measures one variant in this process and prints what it found as JSON.
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../support/measure.mjs';
import { breakers, calls, failingCalls } from './variants.mjs';

const [kind, name] = process.argv.slice(2);
const windows = 9;
const windowMs = 60;
const warmMs = 600;
const error = new Error('the dependency is ill');
let failing = false;
const work = async (value) => {
  if (failing) throw error;
  return value;
};

/** Nanoseconds of CPU time per call that succeeds: the median of windows, one call after another. */
async function success(make) {
  const call = await make(work);
  const run = async (count) => {
    const before = process.cpuUsage();
    for (let i = 0; i < count; i++) await call(i);
    const { user, system } = process.cpuUsage(before);
    return ((user + system) * 1e3) / count;
  };
  if ((await call(7)) !== 7) throw new Error(`${name} does not answer with what the work answers`);
  const begun = performance.now();
  let ns = 0;
  while (performance.now() - begun < warmMs) ns = await run(1_000);
  const count = Math.max(200, Math.round((windowMs * 1e6) / ns));
  const seen = [];
  for (let i = 0; i < windows; i++) seen.push(await run(count));
  return median(seen);
}

/** Fails so often, at most for this long: with much in the window, one failing call may take tens of milliseconds. */
async function failures(call, most, ms) {
  const begun = performance.now();
  let made = 0;
  failing = true;
  for (; made < most && performance.now() - begun < ms; made++) {
    try {
      await call(made);
    } catch (failure) {
      if (failure !== error) throw failure;
    }
  }
  failing = false;
  return ((performance.now() - begun) * 1e3) / made;
}

/** Microseconds per call that fails, by how many calls are in the window. Few of them, as each is one call more in it. */
async function failingAt(make) {
  // Warm by doing the same before, with breakers of their own.
  for (let i = 0; i < 10; i++) {
    const call = await make(work);
    for (let made = 0; made < 1_000; made++) await call(made);
    await failures(call, 5_000, 100);
  }
  const result = {};
  for (const count of [0, 1_000, 10_000, 100_000]) {
    const seen = [];
    for (let i = 0; i < 5; i++) {
      const call = await make(work);
      for (let made = 0; made < count; made++) await call(made);
      seen.push(await failures(call, 200, 200));
    }
    result[count] = median(seen);
  }
  return result;
}

/** Percent of a core that breakers take which were used once and are not used now. */
async function idle(make) {
  const kept = [];
  for (let i = 0; i < 2_000; i++) kept.push(await make(work));
  for (const call of kept) await call(1);
  await sleep(1_000);
  const before = process.cpuUsage();
  const begun = performance.now();
  await sleep(5_000);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 10 / (performance.now() - begun);
}

const kinds = { success: [success, calls], failing: [failingAt, failingCalls], idle: [idle, breakers] };
const [measure, variants] = kinds[kind];
console.log(JSON.stringify(await measure(variants.get(name))));
process.exit(0);
