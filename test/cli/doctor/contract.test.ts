import { failed, judged, passed, skipped } from '../../../src/cli/doctor/contract';

test('what is found decides', () => {
  const finding = { problem: 'bad', remedy: 'mend it' };
  expect(judged([], '3 of 3')).toEqual(passed('3 of 3'));
  expect(judged([finding], '2 of 3')).toEqual({ kind: 'failed', figure: '2 of 3', findings: [finding] });
  expect(failed('bad', 'mend it')).toEqual({ kind: 'failed', findings: [finding] });
  expect(failed('bad', 'mend it', '2')).toEqual({ kind: 'failed', figure: '2', findings: [finding] });
  expect(skipped('no')).toEqual({ kind: 'skipped', why: 'no' });
});
