import { parseJson } from '../../src/config/json-text';

test('it reads JSON and knows where names are', () => {
  const text = '{\n  "a": { "b": [1, -2.5e3, "x\\u0041\\n", true, false, null, {"c": []}] },\n  "d": {}\n}\n';
  const parsed = parseJson(text);
  if (!('root' in parsed)) throw new Error(parsed.expected);
  expect(parsed.root).toEqual(JSON.parse(text));
  expect(parsed.positionOf(['a', 'b'])).toEqual({ line: 2, column: 10 });
  expect(parsed.positionOf(['d'])).toEqual({ line: 3, column: 3 });
  expect(parsed.positionOf(['a', 'b', '6', 'c'])).toEqual({ line: 2, column: 60 });
  expect(parsed.positionOf(['none'])).toBeUndefined();
});

test.each([
  ['', 'a JSON value', 1, 1],
  ['{', 'a name in double quotes', 1, 2],
  ['{"a": 1,}', 'a name in double quotes', 1, 9],
  ['{a: 1}', 'a name in double quotes', 1, 2],
  ['{"a" 1}', 'a colon', 1, 6],
  ['{"a": }', 'a JSON value', 1, 7],
  ['{"a": 1 "b": 2}', 'a comma or }', 1, 9],
  ['{\n "a": [1 2]}', 'a comma or ]', 2, 10],
  ['[1,]', 'a JSON value', 1, 4],
  ['{} x', 'the end of the file after the value', 1, 4],
  ['01', 'a JSON value', 1, 1],
  ['{"a": TRUE}', 'a JSON value', 1, 7],
  ["{'a': 1}", 'a name in double quotes', 1, 2],
  ['{"a": "x\ny"}', 'a JSON value', 1, 7],
  ['{"a": "\\q"}', 'a JSON value', 1, 7],
  ['{"a": 1, "a": 2}', 'each name once in an object', 1, 10],
  ['// no', 'a JSON value', 1, 1],
  ['['.repeat(5000), 'at most 64 levels', 1, 66],
])('%j is broken at its place', (text, expected, line, column) => {
  expect(parseJson(text)).toMatchObject({ expected, position: { line, column } });
});

test('nothing of the text is repeated', () => {
  expect(JSON.stringify(parseJson('{"password": hunter2}'))).not.toContain('hunter');
});

test('it agrees with JSON.parse on what is JSON', () => {
  const texts = [
    '1',
    '-0',
    '1.0',
    '1e5',
    '1E-5',
    '"\\ud83d\\ude00"',
    '"\\/"',
    ' [ ] ',
    '{"":0}',
    'nul',
    '1.',
    '.5',
    '+1',
    '-',
    '1e',
    '"',
    '[',
    ']',
    'truefalse',
  ];
  for (const text of texts) {
    let isJson = true;
    try {
      JSON.parse(text);
    } catch {
      isJson = false;
    }
    expect([text, 'root' in parseJson(text)]).toEqual([text, isJson]);
  }
});
