import { type KeelsonError } from '../../src/core';
import { type SettingProblem, SettingReader } from '../../src/tracing/setting-reader';

function problems(reader: SettingReader): readonly SettingProblem[] {
  try {
    reader.finish();
  } catch (error) {
    expect((error as KeelsonError).code).toBe('CONFIG_INVALID');
    return (error as KeelsonError).details.problems as SettingProblem[];
  }
  return [];
}

describe('SettingReader', () => {
  test('nothing given: the fallbacks, and no problem', () => {
    const reader = new SettingReader({
      serviceName: '',
      bspMaxQueueSize: undefined,
      tracesSampler: null,
      propagators: {},
    });
    expect([reader.has('serviceName'), reader.integer('bspMaxQueueSize', 1, 7)]).toEqual([false, 7]);
    expect(reader.choice('tracesSampler', ['a', 'b'], 'b')).toBe('b');
    expect(reader.ratio('tracesSamplerArg', 0.5)).toBe(0.5);
    expect(reader.url('exporterOtlpEndpoint', 'http://x').href).toBe('http://x/');
    expect(reader.pairs('exporterOtlpHeaders')).toEqual({});
    expect(problems(reader)).toEqual([]);
  });

  test('text or typed, both are taken', () => {
    const reader = new SettingReader({
      bspMaxQueueSize: 12,
      sdkDisabled: true,
      tracesSamplerArg: 0.25,
      serviceName: ' x ',
    });
    expect(reader.integer('bspMaxQueueSize', 1, 7)).toBe(12);
    expect(reader.choice('sdkDisabled', ['true', 'false'], 'false')).toBe('true');
    expect(reader.ratio('tracesSamplerArg', 1)).toBe(0.25);
    expect(reader.text('serviceName')).toBe('x');
  });

  test.each(['-1', '1.5', '1e3', '0x10', 'abc', '99999999999', '2147483648', '٣'])('%s is no whole number', (given) => {
    const reader = new SettingReader({ bspMaxQueueSize: given });
    expect(reader.integer('bspMaxQueueSize', 1, 7)).toBe(7);
    expect(problems(reader)).toEqual([
      {
        key: 'otel.bspMaxQueueSize',
        env: 'OTEL_BSP_MAX_QUEUE_SIZE',
        expected: 'a whole number from 1 to 2147483647',
        got: JSON.stringify(given),
      },
    ]);
  });

  test.each(['-0.1', '1.1', 'half', '1,0', 'NaN', 'Infinity', '0x1'])('%s is no ratio', (given) => {
    const reader = new SettingReader({ tracesSamplerArg: given });
    expect(reader.ratio('tracesSamplerArg', 1)).toBe(1);
    expect(problems(reader)).toHaveLength(1);
  });

  test.each([
    ['0', 0],
    ['1', 1],
    ['.5', 0.5],
    ['0.01', 0.01],
    ['1e-3', 0.001],
  ])('%s is the ratio %d', (given, ratio) => {
    expect(new SettingReader({ tracesSamplerArg: given }).ratio('tracesSamplerArg', 1)).toBe(ratio);
  });

  test.each(['collector:4318', 'ftp://x', 'http://', '/v1', 'grpc://x:4317'])('%s is no URL', (given) => {
    const reader = new SettingReader({ exporterOtlpEndpoint: given });
    expect(reader.url('exporterOtlpEndpoint', 'http://x').href).toBe('http://x/');
    expect(problems(reader)[0]?.expected).toBe('an http:// or https:// URL');
  });

  test.each(['ftp://user:hunter2@host', 'http//user:hunter2@host', 'user:hunt@er2@host\n'])(
    'the password in %j, which is no URL, is not shown',
    (given) => {
      const reader = new SettingReader({ exporterOtlpEndpoint: given });
      reader.url('exporterOtlpEndpoint', 'http://x');
      expect(problems(reader)[0]?.got).toBe('"[masked]@host"');
    },
  );

  test('pairs: encoded, with equals signs and blanks', () => {
    const reader = new SettingReader({ exporterOtlpHeaders: ' a = b%20c , d=e==,, f= ' });
    expect(reader.pairs('exporterOtlpHeaders')).toEqual({ a: 'b c', d: 'e==', f: '' });
  });

  test.each(['a', '=b', 'a=%zz'])('%s is no pair, and what is secret is masked', (given) => {
    const reader = new SettingReader({ exporterOtlpHeaders: given });
    expect(reader.pairs('exporterOtlpHeaders')).toEqual({});
    expect(problems(reader)[0]?.got).toBe('[masked]');
  });

  test('a key that every object has changes nothing', () => {
    const pairs = new SettingReader({ resourceAttributes: '__proto__=x,a=b' }).pairs('resourceAttributes');
    expect(pairs.a).toBe('b');
    expect(Object.getPrototypeOf(pairs)).toBe(Object.prototype);
  });

  test('all problems at once, each by its variable; long values are cut', () => {
    const reader = new SettingReader({ bspMaxQueueSize: 'x', tracesSampler: 'y'.repeat(500) });
    reader.integer('bspMaxQueueSize', 1, 7);
    reader.choice('tracesSampler', ['a', 'b'], 'b');
    expect(() => reader.finish()).toThrow(
      /OTEL_BSP_MAX_QUEUE_SIZE: expected a whole number .*, got "x"\n {2}OTEL_TRACES_SAMPLER: expected a, b, got "y{100}"$/,
    );
  });

  test('secrets in values are masked', () => {
    const reader = new SettingReader({ exporterOtlpEndpoint: 'htp://u:hunter22@h' });
    reader.url('exporterOtlpEndpoint', 'http://x');
    expect(() => reader.finish()).toThrow('got "[masked]@h"');
  });

  test('a choice ignores case', () => {
    expect(new SettingReader({ tracesSampler: 'ALWAYS_ON' }).choice('tracesSampler', ['always_on', 'x'], 'x')).toBe(
      'always_on',
    );
  });

  test('the first that is given counts', () => {
    const reader = new SettingReader({ exporterOtlpTimeout: 1 });
    expect(reader.first('exporterOtlpTracesTimeout', 'exporterOtlpTimeout')).toBe('exporterOtlpTimeout');
    expect(reader.first('exporterOtlpTracesProtocol', 'exporterOtlpProtocol')).toBe('exporterOtlpProtocol');
  });

  test('an unknown name is a mistake of ours', () => {
    expect(() => new SettingReader({}).refuse('nope' as never, 'x', 1)).toThrow('No setting is named nope');
  });
});
