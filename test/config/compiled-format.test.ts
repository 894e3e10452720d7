import { compileFormat as compile, type CompiledFormat } from '../../src/config/compiled-format';
import { ConvictFunctions } from '../../src/config/convict-check';
import { type Format } from '../../src/config/setting';

const functions = new ConvictFunctions();
const compileFormat = (format: Format, fallback: unknown): CompiledFormat | undefined =>
  compile(format, fallback, functions);

test('text is converted only from sources of text, values are checked', () => {
  const int = compileFormat('int', undefined);
  expect(int?.convert('7', true)).toEqual({ value: 7 });
  expect(int?.convert('7', false)).toEqual({ refused: 'a whole number' });
  expect(int?.convert(7, false)).toEqual({ value: 7 });
  const duration = compileFormat('duration', undefined);
  expect(duration?.convert('5s', false)).toEqual({ value: 5000 });
});

test('a function gets text as the type of the default', () => {
  const seen: unknown[] = [];
  const see = (value: unknown): void => void seen.push(value);
  compileFormat(see, 5)?.convert('7', true);
  compileFormat(see, true)?.convert('off', true);
  compileFormat(see, ['a'])?.convert('a,b', true);
  compileFormat(see, { a: 1 })?.convert('{"b":2}', true);
  compileFormat(see, 'x')?.convert('7', true);
  compileFormat(see, null)?.convert('7', true);
  expect(seen).toEqual([7, false, ['a', 'b'], { b: 2 }, '7', '7']);
  expect(compileFormat(see, 5)?.convert('12abc', true)).toEqual({ refused: 'a valid value' });
  expect(compileFormat(see, true)?.isBoolean).toBe(true);
});

test('a function cannot write to the value, and its own words are kept', () => {
  const format = Object.assign(
    (value: unknown) => {
      (value as string[]).push('x');
    },
    { expected: 'a list for writing' },
  );
  const compiled = compileFormat(format, []);
  expect(compiled?.expected).toBe('a list for writing');
  expect(compiled?.convert(['a'], false)).toHaveProperty('refused');
});

test('circles are refused, unknown formats are undefined', () => {
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  expect(compileFormat('map', undefined)?.convert(circle, false)).toHaveProperty('refused');
  expect(compileFormat('no-such-format', undefined)).toBeUndefined();
  expect(compileFormat(5 as never, undefined)).toBeUndefined();
});
