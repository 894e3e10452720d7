import {
  checkCount,
  checkMs,
  messagingDefaults,
  resolveLimits,
  resolveSubscription,
} from '../../src/messaging/options';

const refused = expect.objectContaining({ code: 'CONFIG_INVALID', retryable: false });

test('the limits have defaults, and are not changed by whoever gave them', () => {
  expect(resolveLimits()).toEqual(messagingDefaults);
  const given = { prefetch: 5 };
  const limits = resolveLimits(given);
  given.prefetch = 6;
  expect(limits).toEqual({ ...messagingDefaults, prefetch: 5 });
  expect([Object.isFrozen(limits), Object.isFrozen(messagingDefaults)]).toEqual([true, true]);
});

test.each([
  ['prefetch', 0],
  ['prefetch', 65_536],
  ['concurrency', 1.5],
  ['concurrency', '5'],
  ['maxMessage', 0],
  ['maxMessage', 2 ** 28],
  ['publishTimeoutMs', 2 ** 31],
  ['sendTimeoutMs', NaN],
])('%s is not %p', (name, value) => {
  expect(() => resolveLimits({ [name]: value })).toThrow(refused);
});

test('all that is wrong is said at once', () => {
  expect(() => resolveLimits({ prefetch: 0, concurrency: 0 })).toThrow(/prefetch.*\n.*concurrency/);
  const options = { concurrency: 0, timeoutMs: -1, ordered: 1 as unknown as boolean, retry: { delaysMs: [0] } };
  expect(() => resolveSubscription('the event a.b', options, messagingDefaults)).toThrow(
    /^the event a.b: concurrency.*\n.*timeoutMs.*\n.*ordered.*\n.*delaysMs\[0\].*$/,
  );
});

test('a subscription has defaults', () => {
  expect(resolveSubscription('x', {}, { ...messagingDefaults, concurrency: 9 })).toEqual({
    concurrency: 9,
    delaysMs: [1_000, 5_000, 30_000, 120_000],
    ordered: false,
    timeoutMs: 300_000,
  });
});

test('its ladder is copied, may be empty, and has an end', () => {
  const delaysMs = [1, 2];
  const resolved = resolveSubscription('x', { retry: { delaysMs } }, messagingDefaults);
  delaysMs.push(3);
  expect(resolved.delaysMs).toEqual([1, 2]);
  expect(resolveSubscription('x', { retry: { delaysMs: [] } }, messagingDefaults).delaysMs).toEqual([]);
  const ladder = (length: number) => ({ retry: { delaysMs: Array.from({ length }, () => 1) } });
  expect(resolveSubscription('x', ladder(20), messagingDefaults).delaysMs).toHaveLength(20);
  expect(() => resolveSubscription('x', ladder(21), messagingDefaults)).toThrow('for ever');
});

test.each([[[0]], [[1.5]], [[86_400_001]], ['1000'], [{ length: 1 }], [[undefined]]])('no ladder: %p', (delaysMs) => {
  const retry = { delaysMs: delaysMs as number[] };
  expect(() => resolveSubscription('x', { retry }, messagingDefaults)).toThrow(refused);
});

test('single numbers', () => {
  expect([checkMs('x', 'delayMs', 0, 0), checkCount('x', 'maxEntries', 1)]).toEqual([0, 1]);
  expect(() => checkMs('x', 'delayMs', -1, 0)).toThrow(refused);
  expect(() => checkMs('x', 'delayMs', Infinity, 0)).toThrow(refused);
  expect(() => checkCount('x', 'maxEntries', 0)).toThrow('x: maxEntries');
});
