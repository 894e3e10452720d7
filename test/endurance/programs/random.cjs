'use strict';

/** Numbers from 0 to below 1 that depend on the seed alone (mulberry32). */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Draws from a table of items with a `weight`. */
function drawFrom(items, random) {
  const whole = items.reduce((sum, { weight }) => sum + weight, 0);
  let at = random() * whole;
  for (const item of items) {
    at -= item.weight;
    if (at < 0) return item;
  }
  return items[items.length - 1];
}

module.exports = { randomFrom, drawFrom };
