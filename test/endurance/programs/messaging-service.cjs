'use strict';

// A service that publishes numbered events and takes them, and sends itself commands. It knows what became of each number.
const { setTimeout: sleep } = require('node:timers/promises');
const { createService } = require('../../../dist');
const { defineCommand, defineEvent, memoryDedupe } = require('../../../dist/messaging');
const answerCalls = require('./answer-calls.cjs');
const collected = require('./collected.cjs');

/** More than are published in an hour. Outside of the heap that is measured. */
const most = 50_000_000;
const confirmed = new Uint8Array(most);
const handled = new Uint8Array(most);
const tickMs = 20;
const mostInFlight = 2_000;
const body = 'x'.repeat(1_000);

// Few are remembered, so that the store is full once the service is warm.
const service = createService({ name: 'soaked', messaging: { dedupe: memoryDedupe({ maxEntries: 20_000 }) } });
const { messaging } = service;
const numbered = defineEvent('soak.numbered');
const doubled = defineCommand('soak.doubled');

let next = 0;
let inFlight = 0;
let asking = 0;
const rejected = {};
const commands = { right: 0, wrong: 0, failed: {} };

/** Every thousandth fails at first. */
function take({ data: { n }, attempt }) {
  if (n % 1_000 === 999 && attempt === 1) throw new Error('not at first');
  if (handled[n] < 255) handled[n] += 1;
}

messaging.subscribe(numbered, take, { retry: { delaysMs: [200] } });
messaging.handle(doubled, ({ data }) => data * 2);

function count(counts, { code = 'none', details }) {
  const what = details?.outcome ? `${code} ${details.outcome}` : code;
  counts[what] = (counts[what] ?? 0) + 1;
}

async function publish(n) {
  inFlight += 1;
  try {
    await messaging.publish(numbered, { n, body });
    confirmed[n] = 1;
  } catch (error) {
    count(rejected, error);
  }
  inFlight -= 1;
}

async function ask(n) {
  asking += 1;
  try {
    commands[(await messaging.send(doubled, n)) === n * 2 ? 'right' : 'wrong'] += 1;
  } catch (error) {
    count(commands.failed, error);
  }
  asking -= 1;
}

function lost() {
  let sum = 0;
  for (let n = 0; n < next; n++) if (confirmed[n] === 1 && handled[n] === 0) sum += 1;
  return sum;
}

function tally() {
  let twice = 0;
  let sure = 0;
  for (let n = 0; n < next; n++) {
    sure += confirmed[n];
    if (handled[n] > 1) twice += 1;
  }
  return { published: next, confirmed: sure, rejected, lost: lost(), twice, commands };
}

/** Publishes so many a second, and sends a command a tick, but no more than may be under way. Resolves when all is settled and handled. */
async function run({ ms, perSecond }) {
  const begun = performance.now();
  const from = next;
  for (let now = begun; now < begun + ms; now = performance.now()) {
    const due = from + Math.floor(((now - begun) * perSecond) / 1_000);
    while (next < due && inFlight < mostInFlight) void publish(next++);
    if (asking < 20) void ask(next);
    await sleep(tickMs);
  }
  while (inFlight + asking > 0) await sleep(tickMs);
  for (let i = 0; i < 600 && lost() > 0; i++) await sleep(100);
}

function resources() {
  const counts = {};
  for (const type of process.getActiveResourcesInfo()) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

/** Once its own event comes back to it. */
async function warm() {
  while (handled[0] === 0) {
    await publish(0);
    await sleep(100);
  }
  next = 1;
}

void service.start().then(async ({ port }) => {
  await warm();
  for (const code of Object.keys(rejected)) delete rejected[code];
  handled[0] = 1;
  answerCalls({ port: () => port, collected, run, resources, tally });
});
