import { type Labels } from '../../src/core';
import { SeriesTable, type Place, type SeriesTableOptions } from '../../src/metrics/series-table';

let overflows = 0;
beforeEach(() => {
  overflows = 0;
});

function table(
  labelNames: string[],
  over: Partial<SeriesTableOptions<{ place: Place }>> = {},
): SeriesTable<{ place: Place }> {
  return new SeriesTable({
    metric: 'm',
    labelNames,
    maxSeries: 3,
    maxLabelLength: 10,
    redact: (value) => value,
    create: (place) => ({ place }),
    onOverflow: () => void overflows++,
    ...over,
  });
}

const wrongUse = (message: RegExp): Error =>
  expect.objectContaining({ code: 'INTERNAL', message: expect.stringMatching(message) });

test('the same labels, in any order, give the same series', () => {
  const series = table(['a', 'b']);
  const first = series.find({ a: 'x', b: 'y' });
  expect(series.find({ b: 'y', a: 'x' })).toBe(first);
  expect(series.find({ a: 'y', b: 'x' })).not.toBe(first);
  expect(first.place).toEqual({ values: ['x', 'y'], text: 'a="x",b="y"' });
  expect(series.all).toHaveLength(2);
});

test('a number and its text are one value, whichever comes first', () => {
  const series = table(['a', 'b']);
  const first = series.find({ a: 200, b: 'x' });
  expect(series.find({ a: '200', b: 'x' })).toBe(first);
  const second = series.find({ a: '404', b: 'x' });
  expect(series.find({ a: 404, b: 'x' })).toBe(second);
  expect(series.find({ a: 404, b: 'x' })).toBe(second);
  expect(series.find({ a: -0, b: NaN }).place.values).toEqual(['0', 'NaN']);
  expect(series.all).toHaveLength(3);
});

test('without labels there is one series, from the start', () => {
  const series = table([]);
  expect(series.all).toEqual([series.only]);
  expect(series.find({})).toBe(series.only);
  expect(() => series.find({ a: 'x' })).toThrow(wrongUse(/given were \[a\]/));
  expect(() => table(['a']).only).toThrow(wrongUse(/\[a\]/));
});

test.each([
  [{ a: 'x' }],
  [{ a: 'x', b: 'y', c: 'z' }],
  [{ a: 'x', c: 'y' }],
  [{}],
  [{ a: 'x', b: undefined }],
  [{ a: 'x', b: null }],
  [{ a: 'x', b: true }],
  [{ a: 'x', b: ['y'] }],
  [undefined],
  [null],
  ['ab'],
])('refuses the labels %j', (labels) => {
  const series = table(['a', 'b']);
  series.find({ a: 'x', b: 'y' });
  expect(() => series.find(labels as unknown as Labels)).toThrow(wrongUse(/metric m/));
  expect(series.all).toHaveLength(1);
});

test('labels that are too many are refused for a known series too', () => {
  const series = table(['a']);
  series.find({ a: 'x' });
  expect(() => series.find({ a: 'x', b: 'y' })).toThrow(wrongUse(/given were \[a, b\]/));
});

test('names from Object.prototype are labels like others', () => {
  const series = table(['constructor']);
  expect(() => series.find({})).toThrow(wrongUse(/constructor/));
  expect(series.find({ constructor: '__proto__' }).place.text).toBe('constructor="__proto__"');
});

test('over the limit everything new is one series, and each time is told', () => {
  const series = table(['a', 'b']);
  const known = series.find({ a: 0, b: 0 });
  for (let i = 1; i < 10_000; i++) series.find({ a: i, b: 'x' });
  expect(series.all).toHaveLength(4);
  expect(series.all[3]?.place.values).toEqual(['_overflow', '_overflow']);
  expect(overflows).toBe(9_997);
  expect(series.find({ a: 0, b: 0 })).toBe(known);
  expect(series.find({ a: '2', b: 'x' })).toBe(series.all[2]);
  expect(overflows).toBe(9_997);
});

test('the program’s own _overflow is not written twice', () => {
  const before = table(['a']);
  const own = before.find({ a: '_overflow' });
  for (let i = 0; i < 5; i++) before.find({ a: i });
  expect(before.find({ a: 'new' })).toBe(own);
  expect(before.all).toHaveLength(3);

  const after = table(['a']);
  for (let i = 0; i < 5; i++) after.find({ a: i });
  expect(after.find({ a: '_overflow' })).toBe(after.all[3]);
  expect(after.all).toHaveLength(4);
});

test('long values are cut, and what then looks the same is the same', () => {
  const series = table(['a']);
  const cut = series.find({ a: '0123456789abc' });
  expect(cut.place.values).toEqual(['0123456789']);
  expect(series.find({ a: '0123456789xyz' })).toBe(cut);
  expect(series.find({ a: `012345678😀` }).place.values).toEqual(['012345678']);
  for (let i = 0; i < 1000; i++) series.find({ a: `0123456789${i}` });
  expect(series.all).toHaveLength(2);
});

test('what cannot be sent is replaced: two series must not look the same on the wire', () => {
  const series = table(['a']);
  const one = series.find({ a: '\ud800' });
  expect(series.find({ a: '\udc00' })).toBe(one);
  expect(series.find({ a: '\0' })).toBe(one);
  expect(one.place.values).toEqual(['\ufffd']);
});

test('secrets in label values are masked before they are cut, and what is masked alike is one series', () => {
  const series = table(['a'], { redact: (value) => value.replace(/secret-\d+/, '***') });
  const first = series.find({ a: 'x secret-123456' });
  expect(first.place.values).toEqual(['x ***']);
  expect(series.find({ a: 'x secret-7' })).toBe(first);
  expect(series.find({ a: 'x secret-7' })).toBe(first);
  expect(series.all).toHaveLength(1);
});
