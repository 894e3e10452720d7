import { type FromPatient, type ToPatient } from '../../../src/cli/doctor/orders';
import { plainFacts } from './support/test-bench';

test('what is said between the processes is plain data', () => {
  const said: readonly (FromPatient | ToPatient)[] = [
    { made: plainFacts },
    { failed: { code: 'START_FAILED', message: 'no' } },
    { order: 'heap', id: 1 },
    { id: 1, result: 2 },
  ];
  expect(JSON.parse(JSON.stringify(said))).toEqual(said);
});
