import { noopLogger, systemClock } from '../../src/core';
import { resolveMetricsOptions, type MetricsOptions } from '../../src/metrics/options';

const service = { name: 'shop', version: '1', instance: 'i' };

test('fills in the defaults and keeps nothing of the caller’s objects', () => {
  const mine = { ...service };
  const resolved = resolveMetricsOptions({ service: mine });
  mine.name = 'changed';
  expect(resolved).toEqual({
    service,
    maxSeries: 2000,
    maxLabelLength: 256,
    collectTimeoutMs: 1000,
    runtime: true,
    redact: expect.any(Function),
    logger: noopLogger,
    clock: systemClock,
  });
  expect(Object.isFrozen(resolved)).toBe(true);
});

test('takes what is given', () => {
  const given = { service, maxSeries: 1, maxLabelLength: 8, collectTimeoutMs: 5, runtime: false };
  expect(resolveMetricsOptions(given)).toMatchObject(given);
});

test.each([
  [{ maxSeries: 0 }, /maxSeries/],
  [{ maxSeries: 1.5 }, /maxSeries/],
  [{ maxSeries: NaN }, /maxSeries/],
  [{ maxSeries: 1_000_001 }, /1000000/],
  [{ maxLabelLength: 7 }, /maxLabelLength/],
  [{ collectTimeoutMs: 60_001 }, /collectTimeoutMs/],
  [{ service: { ...service, name: '' } }, /service.name/],
  [{ service: { ...service, version: 7 as unknown as string } }, /service.version/],
] satisfies [Partial<MetricsOptions>, RegExp][])('refuses %j', (over, message) => {
  expect(() => resolveMetricsOptions({ service, ...over })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) }),
  );
});

test('text is shown as it is unless told otherwise, and not at all when masking fails', () => {
  expect(resolveMetricsOptions({ service }).redact('x')).toBe('x');
  expect(resolveMetricsOptions({ service, redact: (text) => `<${text}>` }).redact('x')).toBe('<x>');
  const failing = resolveMetricsOptions({
    service,
    redact: () => {
      throw new Error('x');
    },
  });
  expect(failing.redact('x')).toBe('[redaction failed]');
});
