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

test.each([
  [['now'], 'doctor now: not understood'],
  [['--only', 'd'], 'doctor --only d: there is no such check; there are a, b, c'],
  [['--only', 'a', '--skip', 'a'], 'nothing is left to check'],
])('%j is not understood', (words, message) => {
  expect(() => doctorWords(words, checks)).toThrow(message);
});
