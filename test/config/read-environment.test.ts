import { knownSettings } from '../../src/config/known-settings';
import { Problems } from '../../src/config/problems';
import { readEnvironment, variable } from '../../src/config/read-environment';

test('settings with a name, if the variable is not empty', () => {
  const leaf = { doc: 'x', format: String, default: '' };
  const schema = { a: { ...leaf, env: 'A' }, b: { ...leaf, env: 'B' }, c: leaf, twin: { ...leaf, env: 'A' } };
  const known = knownSettings([{ schema }], new Problems());
  const layer = readEnvironment(known, { A: '1', B: '', C: '3', OTHER: '4' });
  const entry = { raw: '1', isText: true, source: 'environment variable A' };
  expect(Object.fromEntries(layer)).toEqual({ a: entry, twin: entry });
});

test('only own variables count', () => {
  expect(variable({}, 'toString')).toBeUndefined();
  expect(variable({ A: ' ' }, 'A')).toBe(' ');
});
