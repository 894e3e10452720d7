import { createRedactor } from '../../src/core';
import { prettyLine } from '../../src/logging/pretty';
import { type LineRecord } from '../../src/logging/fields';

const base: LineRecord = {
  timestamp: '2026-01-02T03:04:05.006Z',
  level: 'warn',
  message: 'stock is low',
  service: 's',
  version: '1',
  instance: 'i',
  spanId: 'ff',
};

describe('prettyLine', () => {
  test('time, level, logger, message, fields', () => {
    const line = prettyLine(
      { ...base, logger: 'db', traceId: 'abc', sku: 'a-1', left: 2, note: 'two words', more: { a: 1 } },
      false,
    );
    expect(line).toMatch(
      /^\d\d:\d\d:05\.006 WARN {2}\[db\] stock is low traceId=abc sku=a-1 left=2 note="two words" more=\{"a":1\}\n$/,
    );
  });

  test('colours only when asked for', () => {
    expect(prettyLine(base, false)).not.toContain('\u001b');
    expect(prettyLine({ ...base, logger: 'db' }, true)).toContain('\u001b[33mWARN \u001b[0m');
  });

  test('nothing in a line forges another or reaches the terminal', () => {
    const hostile = 'x\n00:00:00.000 ERROR fake\r\u001b[2J\u2028\u009b';
    const text = prettyLine(
      { ...base, logger: hostile, message: hostile, [hostile]: hostile, nested: { [hostile]: [hostile] } },
      false,
    );
    expect(text.split('\n')).toHaveLength(2);
    expect(text.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028]/);
  });

  test('errors stand below, with their causes and members, indented', () => {
    const root = Object.assign(new Error('root\nFAKE LINE'), { code: 'E1' });
    const err = createRedactor().value(
      new AggregateError([new Error('one', { cause: 'why' }), 'two'], 'all', { cause: root }),
    );
    const lines = prettyLine({ ...base, err, after: 1 }, false).split('\n');
    expect(lines[0]).toMatch(/stock is low err=all after=1$/);
    const below = lines.slice(1, -1);
    expect(below.every((line) => line.startsWith('    '))).toBe(true);
    const text = below.join('\n');
    expect(text).toMatch(/^ {4}AggregateError: all$/m);
    expect(text).toMatch(/^ {6}caused by: Error: root$/m);
    expect(text).toMatch(/^ {6}FAKE LINE$/m);
    expect(text).toMatch(/^ {6}one of: Error: one$/m);
    expect(text).toMatch(/^ {8}caused by: why$/m);
    expect(text).toMatch(/^ {6}one of: two$/m);
  });

  test("an error's own fields are kept", () => {
    const err = createRedactor().value(Object.assign(new Error('x y'), { code: 'E1', port: 5 }));
    expect(prettyLine({ ...base, err }, false)).toContain('err="x y" {"code":"E1","port":5}');
    expect(prettyLine({ ...base, err: { stack: 's' } }, false)).toContain('err=""');
  });
});
