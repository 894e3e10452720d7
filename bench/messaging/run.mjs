// npm run bench:messaging [-- rounds seconds --only text]: publishing, consuming and requests over a RabbitMQ of its own on one core, by keelson and by others,
// each in a process of its own on the other core. They take turns, round by round, and medians are printed. Ratios are of the same round.
import { parseArgs } from 'node:util';
import { loadCore, machine, needTools } from '../support/measure.mjs';
import { startRabbit } from '../support/rabbitmq.mjs';
import { administer } from './broker.mjs';
import { groups } from './cases.mjs';
import { startCollector } from './collector.mjs';
import { turns } from './round.mjs';
import { others, table } from './table.mjs';
import { targets } from './targets.mjs';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { only: { type: 'string' } } });
const [rounds = 3, seconds = 1] = positionals.map(Number);
const { only = '' } = values;

/** Those whose title and name have the text in it, and what they are measured against. */
function chosen(group) {
  const wanted = group.variants.filter(({ name }) => `${group.title}: ${name}`.includes(only));
  const variants = group.variants.filter(
    (one) => wanted.includes(one) || (wanted.length > 0 && one.name === group.base),
  );
  return { ...group, variants, results: new Map(variants.map(({ name }) => [name, []])) };
}

async function takeTurns(cases, at, admin) {
  let failed = 0;
  for (let round = 1; round <= rounds; round++) {
    for (const { kind, type, title, variants, results } of cases) {
      for (const variant of variants) {
        const found = await turns[kind](variant, { ...at, type }, seconds, admin).catch((error) => {
          at.signal.throwIfAborted();
          console.error(`${title}: ${variant.name}: ${error.message}`);
          failed += 1;
        });
        results.get(variant.name).push(found);
      }
    }
    console.error(`round ${round} of ${rounds}`);
  }
  return failed;
}

needTools('taskset');
const cases = groups.map(chosen).filter(({ variants }) => variants.length > 0);
if (cases.length === 0) throw new Error(`nothing is called ${only}`);
const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => ending.abort(new Error(`ended by ${signal}`)));
const rabbit = await startRabbit(loadCore);
const collector = await startCollector();
try {
  const admin = await administer(rabbit.url);
  const at = { url: rabbit.url, brokerPid: rabbit.pid, collector: collector.endpoint, signal: ending.signal };
  const failed = await takeTurns(cases, at, admin);
  await admin.close();
  console.log(
    `\n${machine()}, RabbitMQ ${admin.version}; ${rounds} rounds of ${seconds} s, medians (lowest to highest); 1 kB of JSON\n`,
  );
  console.log(cases.map(table).join('\n\n'));
  console.log(`\n${others(cases)}\n\n${targets(cases).join('\n')}`);
  if (failed > 0) process.exitCode = 1;
} finally {
  collector.stop();
  await rabbit.stop();
}
