import { acceptanceOf, acceptedBy } from '../../../src/cli/doctor/acceptance';
import { type Outcome } from '../../../src/cli/doctor/contract';
import { project, removeProjects } from './support/project';

afterEach(removeProjects);

const finding = (subject: string) => ({ subject, problem: `${subject} is bad.`, remedy: 'Mend it.' });
const failure: Outcome = { kind: 'failed', figure: '2 clients', findings: [finding('a'), finding('b')] };

test('is read from package.json, with reasons only', () => {
  expect(acceptanceOf(project('', { doctor: { accept: { leak: 'known', stop: '', crash: 1 } } }))).toEqual({
    leak: 'known',
  });
  expect(acceptanceOf(project(''))).toEqual({});
  expect(acceptanceOf('/nowhere')).toEqual({});
});

test('takes out what is named, and keeps the rest', () => {
  const { outcome, accepted } = acceptedBy({ 'clients/a': 'it is a toy' }, 'clients', failure);
  expect(outcome).toEqual({ ...failure, findings: [finding('b')] });
  expect(accepted).toEqual(['a is bad. Accepted: it is a toy']);
});

test('all of it accepted is neither passed nor failed', () => {
  expect(acceptedBy({ clients: 'toys' }, 'clients', failure).outcome).toEqual({
    kind: 'accepted',
    figure: '2 clients',
  });
});

test('of another check it does not count, and what passed stays passed', () => {
  expect(acceptedBy({ stop: 'no' }, 'clients', failure)).toEqual({ outcome: failure, accepted: [] });
  const good: Outcome = { kind: 'passed', figure: 'all' };
  expect(acceptedBy({ clients: 'no' }, 'clients', good)).toEqual({ outcome: good, accepted: [] });
});
