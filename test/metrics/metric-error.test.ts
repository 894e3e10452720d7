import { isKeelsonError } from '../../src/core';
import { definitionError, usageError } from '../../src/metrics/metric-error';

test('mistakes in a program are not worth a retry', () => {
  const definition = definitionError('bad', { metric: 'a' });
  expect(isKeelsonError(definition, 'CONFIG_INVALID')).toBe(true);
  expect(definition).toMatchObject({ message: 'bad', retryable: false, details: { metric: 'a' } });
  const usage = usageError('worse');
  expect(isKeelsonError(usage, 'INTERNAL')).toBe(true);
  expect(usage).toMatchObject({ retryable: false, status: 500, details: {} });
});
