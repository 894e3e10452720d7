import { formatTraceParent, joined, parseTraceParent } from '../../src/tracing/trace-parent';

const trace = '0af7651916cd43dd8448eb211c80319c';
const span = 'b7ad6b7169203331';

/** Each header, and the flags that are understood from it; undefined means a new trace. */
const cases: readonly (readonly [why: string, header: unknown, flags: number | undefined])[] = [
  ['sampled', `00-${trace}-${span}-01`, 1],
  ['not sampled', `00-${trace}-${span}-00`, 0],
  ['random', `00-${trace}-${span}-02`, 2],
  ['sampled and random', `00-${trace}-${span}-03`, 3],
  ['unknown flags are dropped', `00-${trace}-${span}-ff`, 3],
  ['unknown flags without sampled', `00-${trace}-${span}-fc`, 0],
  ['flag 08', `00-${trace}-${span}-09`, 1],
  ['later version', `cc-${trace}-${span}-01`, 1],
  ['later version with more', `cc-${trace}-${span}-01-what-the-future-will-be-like`, 1],
  ['later version with a dash at the end', `01-${trace}-${span}-01-`, 1],
  ['version fe', `fe-${trace}-${span}-00`, 0],
  ['later version with a dot', `cc-${trace}-${span}-01.what-the-future-will-be-like`, undefined],
  ['later version with one digit more', `cc-${trace}-${span}-011`, undefined],
  ['later version, too short', `cc-${trace}-${span}-0`, undefined],
  ['later version, upper case', `CC-${trace}-${span}-01`, undefined],
  ['later version, bad flags', `cc-${trace}-${span}-0x`, undefined],
  ['version 00 with more', `00-${trace}-${span}-01-extra`, undefined],
  ['version 00 with a dot', `00-${trace}-${span}-01.`, undefined],
  ['version 00 with a dash', `00-${trace}-${span}-01-`, undefined],
  ['version ff', `ff-${trace}-${span}-01`, undefined],
  ['version FF', `FF-${trace}-${span}-01`, undefined],
  ['version with a dot', `.0-${trace}-${span}-01`, undefined],
  ['version with a dot behind', `0.-${trace}-${span}-01`, undefined],
  ['version too long', `000-${trace}-${span}-01`, undefined],
  ['version of four digits', `0000-${trace}-${span}-01`, undefined],
  ['version too short', `0-${trace}-${span}-01`, undefined],
  ['no version', `${trace}-${span}-01`, undefined],
  ['trace id all zero', `00-${'0'.repeat(32)}-${span}-01`, undefined],
  ['trace id with a dot', `00-.${trace.slice(1)}-${span}-01`, undefined],
  ['trace id with a dot at the end', `00-${trace.slice(1)}.-${span}-01`, undefined],
  ['trace id in upper case', `00-${trace.toUpperCase()}-${span}-01`, undefined],
  ['trace id too long', `00-${trace}1-${span}-01`, undefined],
  ['trace id too short', `00-${trace.slice(1)}-${span}-01`, undefined],
  ['trace id with a letter beyond f', `00-g${trace.slice(1)}-${span}-01`, undefined],
  ['trace id with a full-width digit', `00-０${trace.slice(1)}-${span}-01`, undefined],
  ['parent id all zero', `00-${trace}-${'0'.repeat(16)}-01`, undefined],
  ['parent id with a dot', `00-${trace}-.${span.slice(1)}-01`, undefined],
  ['parent id with a dot at the end', `00-${trace}-${span.slice(1)}.-01`, undefined],
  ['parent id in upper case', `00-${trace}-${span.toUpperCase()}-01`, undefined],
  ['parent id too long', `00-${trace}-${span}1-01`, undefined],
  ['parent id too short', `00-${trace}-${span.slice(1)}-01`, undefined],
  ['flags with a dot', `00-${trace}-${span}-.0`, undefined],
  ['flags with a dot behind', `00-${trace}-${span}-0.`, undefined],
  ['flags in upper case', `00-${trace}-${span}-0A`, undefined],
  ['flags too long', `00-${trace}-${span}-001`, undefined],
  ['flags too short', `00-${trace}-${span}-1`, undefined],
  ['no flags', `00-${trace}-${span}`, undefined],
  ['no flags but a dash', `00-${trace}-${span}-`, undefined],
  ['underscores', `00_${trace}_${span}_01`, undefined],
  ['two headers, as node joins them', `00-${trace}-${span}-01, 00-${trace}-${span}-01`, undefined],
  ['two headers as a list', [`00-${trace}-${span}-01`, `00-${trace}-${span}-01`], undefined],
  ['one header as a list', [`00-${trace}-${span}-01`], undefined],
  ['a line break behind', `00-${trace}-${span}-01\n`, undefined],
  ['a line break behind a later version', `cc-${trace}-${span}-01\n`, undefined],
  ['blanks around it', ` 00-${trace}-${span}-01 `, undefined],
  ['empty', '', undefined],
  ['a dash', '-', undefined],
  ['garbage', 'garbage', undefined],
  ['null bytes', '\0'.repeat(55), undefined],
  ['64 kB', '0'.repeat(65_536), undefined],
  ['a number', 12, undefined],
  ['null', null, undefined],
  ['a buffer', Buffer.from(`00-${trace}-${span}-01`), undefined],
  ['an object', { toString: () => `00-${trace}-${span}-01` }, undefined],
];

describe('traceparent', () => {
  test('the table is long enough to mean something', () => {
    expect(cases.length).toBeGreaterThanOrEqual(60);
  });

  test.each(cases)('%s', (_why, header, flags) => {
    const parsed = parseTraceParent(header, undefined);
    if (flags === undefined) {
      expect(parsed).toBeUndefined();
      return;
    }
    expect(parsed?.spanContext()).toEqual({ traceId: trace, spanId: span, traceFlags: flags, isRemote: true });
  });

  test('is written in version 00 whatever came in', () => {
    const parsed = parseTraceParent(`cc-${trace}-${span}-ff-more`, undefined);
    expect(parsed && formatTraceParent(parsed)).toBe(`00-${trace}-${span}-03`);
  });

  test('the tracestate is read with it, and one that is not valid does not spoil it', () => {
    expect(parseTraceParent(`00-${trace}-${span}-01`, 'a=1,b=2')?.state?.serialize()).toBe('a=1,b=2');
    const spoiled = parseTraceParent(`00-${trace}-${span}-01`, 'a=1,B=2');
    expect(spoiled?.traceId).toBe(trace);
    expect(spoiled?.state).toBeUndefined();
  });
});

test('a header of several lines is one', () => {
  expect(joined('a=1')).toBe('a=1');
  expect(joined(['a=1', 'b=2'])).toBe('a=1,b=2');
  expect(joined(['a=1', 2])).toBeUndefined();
  expect(joined(undefined)).toBeUndefined();
});
