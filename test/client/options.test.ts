import { baggageFilter, clientDefaults, resolveLimits } from '../../src/client/options';

test('what is not given has its default', () => {
  expect(resolveLimits('a', {})).toEqual(clientDefaults);
  expect(resolveLimits('a', { timeoutMs: 50, headers: {} })).toEqual({ ...clientDefaults, timeoutMs: 50 });
});

test('names every option that is wrong', () => {
  const wrong = { timeoutMs: 0, attemptTimeoutMs: 1.5, connections: NaN, maxResponse: '1' as unknown as number };
  expect(() => resolveLimits('a', wrong)).toThrow(
    [
      'client a: attemptTimeoutMs must be a whole number from 1 to 2147483647, not 1.5',
      'client a: timeoutMs must be a whole number from 1 to 2147483647, not 0',
      'client a: maxResponse must be a whole number from 1 to 1073741824, not 1',
      'client a: connections must be a whole number from 1 to 10000, not NaN',
    ].join('\n'),
  );
});

test('baggage goes along as it is allowed', () => {
  expect(baggageFilter('all')).toBeUndefined();
  expect(['a', 'b'].filter(baggageFilter('none') ?? (() => true))).toEqual([]);
  expect(['a', 'b'].filter(baggageFilter(['b']) ?? (() => true))).toEqual(['b']);
});
