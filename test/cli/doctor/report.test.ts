import { type Check, type Outcome } from '../../../src/cli/doctor/contract';
import { busyText, reportJson, resultText, sumText } from '../../../src/cli/doctor/report';
import { type CheckResult } from '../../../src/cli/doctor/run-checks';
import { plainFacts } from './support/test-bench';

const check: Check = { name: 'stop', title: 'it stops', limitMs: 1, run: () => Promise.reject(new Error('not here')) };
const result = (outcome: Outcome, accepted: readonly string[] = []): CheckResult => ({
  check,
  outcome,
  accepted,
  ms: 12.4,
});

const all = [
  result({ kind: 'passed', figure: '3 of 3' }),
  result({ kind: 'failed', figure: '2 of 3', findings: [{ problem: 'one is bad\nvery', remedy: 'mend it' }] }),
  result({ kind: 'accepted', figure: '1 of 3' }, ['bad. Accepted: known']),
  result({ kind: 'skipped', why: 'nothing is there' }),
];

test('a line each, with what is wrong and what to do below', () => {
  expect(all.map(resultText).map((text) => text.replace(/ {3,}(?=\S*\d of|skipped)/g, ' : '))).toEqual([
    '✓ it stops : 3 of 3\n',
    '✗ it stops : 2 of 3\n    one is bad\n      very\n      -> mend it\n    (stop)\n',
    '~ it stops : 1 of 3\n    bad. Accepted: known\n',
    '- it stops : skipped: nothing is there\n',
  ]);
  expect(resultText(result({ kind: 'failed', findings: [] }))).toBe('✗ it stops\n    (stop)\n');
});

test('the sum', () => {
  expect(sumText(all, 1_234)).toBe('\n1 proven, 1 failed, 1 accepted, 1 skipped, in 1.2 s.\n');
});

test('for programs', () => {
  expect(reportJson(plainFacts, all, 1_234.5, true)).toMatchObject({
    service: 'greeter',
    version: '1.0.0',
    passed: false,
    ms: 1_235,
    checks: [
      { name: 'stop', title: 'it stops', outcome: 'passed', figure: '3 of 3', ms: 12 },
      { outcome: 'failed', findings: [{ remedy: 'mend it' }] },
      { outcome: 'accepted', accepted: ['bad. Accepted: known'] },
      { outcome: 'skipped', why: 'nothing is there' },
    ],
  });
  expect(reportJson(plainFacts, all.slice(2), 1, true)).toMatchObject({ passed: true, complete: true });
  expect(reportJson(plainFacts, all.slice(2), 1, false)).toMatchObject({ passed: false, complete: false });
  const late = result({ kind: 'skipped', why: 'time was up', timeUp: true });
  expect(reportJson(plainFacts, [...all.slice(2), late], 1, true)).toMatchObject({ passed: false });
});

test('what runs, in the width of a terminal', () => {
  expect(busyText(check, 8)).toBe('\r\u001b[2K… it st');
});
