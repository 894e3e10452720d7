import { runInScope, type WorkContext } from '../../src/core';
import { type LoggingOptions, resolveOptions } from '../../src/logging/options';

describe('resolveOptions', () => {
  test('a name is enough', () => {
    const options = resolveOptions({ service: 's' });
    expect(options).toMatchObject({
      level: 'info',
      format: 'json',
      colors: false,
      maxBuffered: 1_048_576,
      accessSample: 1,
      transports: [],
    });
    expect(options.out).toBe(process.stdout);
    expect(options.redact.isSecretKey('password')).toBe(true);
  });

  test.each([
    { service: '' },
    { service: 's', level: 'loud' },
    { service: 's', format: 'xml' },
    { service: 's', maxBuffered: 10 },
    { service: 's', maxBuffered: Number.NaN },
    { service: 's', accessSample: 1.1 },
  ])('refuses %j', (options) => {
    expect(() => resolveOptions(options as LoggingOptions)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  });

  test('the ids are those of the scope', () => {
    const { correlate } = resolveOptions({ service: 's' });
    const work = { requestId: 'r', traceId: 't2' } as WorkContext;
    expect(correlate()).toBeUndefined();
    expect(runInScope({ work, trace: { traceId: 't', spanId: 's' }, telemetry: undefined }, correlate)).toEqual({
      traceId: 't',
      spanId: 's',
      requestId: 'r',
    });
    expect(runInScope({ work, trace: undefined, telemetry: undefined }, correlate)).toMatchObject({
      traceId: 't2',
      requestId: 'r',
    });
  });
});
