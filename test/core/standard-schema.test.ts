import { pointerOf, type StandardSchema } from '../../src/core/standard-schema';

test.each([
  [undefined, ''],
  [[], ''],
  [['a', 0, 'b'], '/a/0/b'],
  [[{ key: 'a' }, { key: 1 }], '/a/1'],
  [['a/b', 'c~d', '~1'], '/a~1b/c~0d/~01'],
  [[''], '/'],
  [[Symbol('s')], '/Symbol(s)'],
])('the pointer of the path %p is %p', (path, pointer) => {
  expect(pointerOf({ message: 'wrong', path })).toBe(pointer);
});

test('a schema as the specification has it is one', () => {
  // The specification's own interface, version 1, as libraries implement it.
  interface SpecSchema<Input, Output> {
    readonly '~standard': {
      readonly version: 1;
      readonly vendor: string;
      readonly validate: (
        value: unknown,
        options?: { readonly libraryOptions?: Record<string, unknown> | undefined },
      ) =>
        | { value: Output; issues?: undefined }
        | { issues: readonly { message: string; path?: readonly PropertyKey[] }[] };
      readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    };
  }
  const theirs: SpecSchema<string, number> = {
    '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: Number(value) }) },
  };
  const ours: StandardSchema<number> = theirs;
  expect(ours['~standard'].validate('7')).toEqual({ value: 7 });
});
