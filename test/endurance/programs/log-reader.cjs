'use strict';

// Reads the log of a service from its standard input: counts the lines, and keeps those that are neither of level info or debug nor access
// lines, nor any JSON at all. Of each message a few examples are kept.
const answerCalls = require('./answer-calls.cjs');

const examplesKept = 3;
const counts = { lines: 0, bytes: 0, access: 0, broken: 0 };
const notable = {};
let rest = '';

function note(message, line) {
  notable[message] ??= { count: 0, examples: [] };
  notable[message].count += 1;
  if (notable[message].examples.length < examplesKept) notable[message].examples.push(line.slice(0, 2_000));
}

function read(line) {
  counts.lines += 1;
  const usual = line.includes('"level":"info"') || line.includes('"level":"debug"');
  // Usual lines are only looked into now and then: a reader must not cost more than the service.
  if (usual && counts.lines % 50 !== 0) return;
  try {
    const { level, logger, message } = JSON.parse(line);
    if (logger === 'access') counts.access += 1;
    else if (level === 'warn' || level === 'error') note(message, line);
  } catch {
    counts.broken += 1;
    note('no JSON', line);
  }
}

process.stdin.on('data', (chunk) => {
  counts.bytes += chunk.length;
  const lines = (rest + chunk.toString('latin1')).split('\n');
  rest = lines.pop();
  for (const line of lines) read(line);
});

answerCalls({ told: () => ({ ...counts, notable }) });
