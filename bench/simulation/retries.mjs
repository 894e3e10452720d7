// A service that fails for 30 s is called by one client with three attempts: how many calls reach it, with a retry budget and without.
import { createRequire } from 'node:module';
import { chance, SimulatedTime } from './time.mjs';

const require = createRequire(import.meta.url);
const { pipelineWith, retry, retryBudget } = require('../../dist/resilience/index.js');

export const storm = Object.freeze({ callsPerSecond: 500, seconds: 60, failFrom: 15, failTo: 45 });

export const budgets = Object.freeze({
  'without a budget': { earn: () => undefined, take: () => true },
  'with the default budget': retryBudget(),
});

/** @returns how many calls reached the service in each second */
export async function simulateStorm(name, seed) {
  const time = new SimulatedTime();
  const draw = chance(seed);
  const run = pipelineWith({ clock: time }, retry({ budget: budgets[name], random: draw }));
  const reached = Array.from({ length: storm.seconds }, () => 0);
  const work = async () => {
    const second = Math.floor(time.now() / 1_000);
    if (second < storm.seconds) reached[second] += 1;
    if (second >= storm.failFrom && second < storm.failTo) {
      throw Object.assign(new Error('503'), { retryable: true });
    }
  };
  const arrive = () => {
    run(work).catch(() => undefined);
    time.after(1_000 / storm.callsPerSecond, arrive);
  };
  arrive();
  await time.runAsync(storm.seconds * 1_000);
  return reached;
}

/** Calls that reached it for each call that was made, while it failed. */
export function amplification(reached) {
  const during = reached.slice(storm.failFrom, storm.failTo);
  return during.reduce((sum, count) => sum + count, 0) / during.length / storm.callsPerSecond;
}
