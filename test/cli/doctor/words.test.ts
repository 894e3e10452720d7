import { type Check } from '../../../src/cli/doctor/contract';
import { doctorWords } from '../../../src/cli/doctor/words';

const checks = ['a', 'b', 'c'].map((name) => ({ name })) as unknown as readonly Check[];
const named = (words: readonly string[]) => doctorWords(words, checks).checks.map(({ name }) => name);

test('all checks, only some, or all but some', () => {
  expect(named([])).toEqual(['a', 'b', 'c']);
  expect(named(['--only', 'c', '--only', 'a'])).toEqual(['a', 'c']);
  expect(named(['--only=a,b', '--skip', 'b'])).toEqual(['a']);
  expect(named(['--skip', 'b'])).toEqual(['a', 'c']);
  expect([doctorWords([], checks).json, doctorWords(['--json'], checks).json]).toEqual([false, true]);
});

test('how long the report may take', () => {
  expect(doctorWords([], checks).limitMs).toBe(240_000);
  expect(doctorWords(['--limit', '90'], checks).limitMs).toBe(90_000);
});

test.each([
  [['--limit', '0'], 'doctor --limit 0: a number of seconds is meant, from 1 to 3600'],
  [['--limit=4m'], 'doctor --limit 4m: a number of seconds is meant, from 1 to 3600'],
  [['--limit', '3601'], 'doctor --limit 3601: a number of seconds is meant, from 1 to 3600'],
  [['now'], 'doctor now: not understood'],
  [['--only', 'd'], 'doctor --only d: there is no such check; there are a, b, c'],
  [['--only', 'a', '--skip', 'a'], 'nothing is left to check'],
])('%j is not understood', (words, message) => {
  expect(() => doctorWords(words, checks)).toThrow(message);
});
