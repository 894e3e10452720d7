// npm run bench:resilience [-- rounds]: what policies add to a call that succeeds and to one that fails, and what breakers cost that nobody uses. Each variant is
// measured in a process of its own on one core; they take turns, round by round, and medians over the rounds are printed.
import { fileURLToPath } from 'node:url';
import { machine, measured, median, needTools } from '../support/measure.mjs';
import { bare, breakers, calls, cockatielFull, failingCalls, full } from './variants.mjs';

const [rounds = '5'] = process.argv.slice(2);
const program = fileURLToPath(new URL('one.mjs', import.meta.url));
/** Longer series of the idle ones would only take time: they hardly differ. */
const idleRounds = Math.min(3, Number(rounds));

needTools('taskset');

function inTurns(kind, variants, times) {
  const results = new Map([...variants.keys()].map((name) => [name, []]));
  for (let round = 1; round <= times; round++) {
    for (const [name, values] of results) values.push(measured(program, kind, name));
    console.error(`${kind}: round ${round} of ${times}`);
  }
  return results;
}

const success = inTurns('success', calls, Number(rounds));
const failing = inTurns('failing', failingCalls, Number(rounds));
const idle = inTurns('idle', breakers, idleRounds);

console.log(`\n${machine()}; ${rounds} rounds, medians (lowest to highest)\n`);
const usual = (name) => median(success.get(name));
const cockatielRatio = (name) => median(success.get(cockatielFull).map((ns, i) => ns / success.get(name)[i]));
console.log('| a call that succeeds | ns of CPU time | beyond the bare function, ns | cockatiel, all four / this |');
console.log('|---|---|---|---|');
for (const [name, values] of success) {
  const seen = `${median(values).toFixed(0)} (${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)})`;
  console.log(`| ${name} | ${seen} | ${(usual(name) - usual(bare)).toFixed(0)} | ${cockatielRatio(name).toFixed(1)} |`);
}

const growth = (values) => median(values.map((one) => one[100_000] / one[0]));
console.log('\n| a call that fails, us, by calls in the window | 0 | 1,000 | 10,000 | 100,000 | 100,000 / 0 |');
console.log('|---|---|---|---|---|---|');
for (const [name, values] of failing) {
  const cells = [0, 1_000, 10_000, 100_000].map((count) => median(values.map((one) => one[count])).toFixed(1));
  console.log(`| ${name} | ${cells.join(' | ')} | ${growth(values).toFixed(2)} |`);
}

console.log('\n| 2,000 breakers that were used once | percent of a core |');
console.log('|---|---|');
for (const [name, values] of idle) console.log(`| ${name} | ${median(values).toFixed(2)} |`);

const keelsonIdle = median(idle.get('keelson'));
const targets = [
  ['all five policies: at most 4 us', usual(full) <= 4_000, `${(usual(full) / 1e3).toFixed(2)} us`],
  ['aim 2 us', usual(full) <= 2_000],
  ["at most a fifth of cockatiel's", cockatielRatio(full) >= 5, `1 / ${cockatielRatio(full).toFixed(1)}`],
  ...['keelson: breaker', full].map((name) => {
    const ratio = growth(failing.get(name));
    return [`a failing call is no dearer with 100,000 calls in the window (${name})`, ratio <= 1.2, ratio.toFixed(2)];
  }),
  ['2,000 idle breakers take less than 1 % of a core', keelsonIdle < 1, `${keelsonIdle.toFixed(2)} %`],
];
console.log();
for (const [what, met, seen] of targets) {
  console.log(`- ${what}: ${met ? 'met' : 'MISSED'}${seen === undefined ? '' : ` (${seen})`}`);
}
