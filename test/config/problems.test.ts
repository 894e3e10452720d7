import { Problems } from '../../src/config/problems';

const finding = { key: 'a', source: 'here', expected: 'this', got: 'that', advice: 'Do so.' };

test('nothing found, nothing thrown', () => {
  expect(() => new Problems().throwIfAny()).not.toThrow();
});

test('a report and the same as data', () => {
  const problems = new Problems();
  problems.add(finding);
  problems.add({ ...finding, key: 'b' });
  const error = problems.toError();
  expect(error.message).toBe(
    'The configuration is invalid, 2 problems:\n' +
      '  a: expected this, got that (here)\n    Do so.\n' +
      '  b: expected this, got that (here)\n    Do so.',
  );
  expect(error.details['errors']).toEqual([
    { key: 'a', source: 'here', expected: 'this', got: 'that', message: 'a: expected this, got that (here). Do so.' },
    expect.objectContaining({ key: 'b' }),
  ]);
  expect(() => problems.throwIfAny()).toThrow(error.message);
});

test('names from outside cannot forge lines', () => {
  const problems = new Problems();
  problems.add({ ...finding, key: 'a\n  fake: all is well\u001b[2J', source: 'file x\ny' });
  expect(problems.toError().message.split('\n')).toHaveLength(3);
});
