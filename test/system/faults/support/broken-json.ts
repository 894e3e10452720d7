/** A body that is sent as JSON, and whether RFC 8259 lets it be read. */
export interface JsonBody {
  readonly what: string;
  readonly bytes: Buffer;
  /** `either`: the RFC leaves it to the reader. */
  readonly is: 'broken' | 'sound' | 'either';
}

const deep = 45_000;
const sound = '{"a":[1,2.5,-3e2,true,false,null],"b":{"c":"d\\n\\u00e4\\ud83d\\ude00"},"e":"","f":[],"g":{}}';

function body(is: JsonBody['is'], what: string, text: string | Buffer): JsonBody {
  return { what, is, bytes: typeof text === 'string' ? Buffer.from(text) : text };
}

function all(is: JsonBody['is'], ...texts: readonly string[]): JsonBody[] {
  return texts.map((text) => body(is, text.slice(0, 40), text));
}

/** The sound document, cut at each place. */
const truncated = Array.from({ length: sound.length - 1 }, (_, i) =>
  body('broken', `cut at ${i + 1}`, sound.slice(0, i + 1)),
);

/** With each of these in the place of each token's beginning: what a wrong writer, or an attacker's fuzzer, makes of it. */
const replaced = [...sound.matchAll(/[[\]{},:"]/g)].flatMap(({ index }) =>
  ['', '}', ']', ',', ':', "'", '\\', '\0', '\u00a0']
    .filter((other) => other !== sound[index])
    .map((other) => changed(index, other)),
);

/** Some changes make another sound document: what JSON.parse says of it here counts, the service must agree. */
function changed(index: number, other: string): JsonBody {
  const text = sound.slice(0, index) + other + sound.slice(index + 1);
  return body(isJson(text) ? 'sound' : 'broken', `${JSON.stringify(other)} at ${index}`, text);
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

const writings = all(
  'broken',
  ...[
    '{a:1}',
    "{'a':1}",
    '{"a":\'b\'}',
    '{"a":1,}',
    '[1,]',
    '[,1]',
    '[1,,2]',
    '{,}',
    '{"a"}',
    '{"a":}',
    '{:1}',
    '{"a" 1}',
  ],
  ...[
    '{"a":1 "b":2}',
    '{"a":1;"b":2}',
    '{"a"=1}',
    '{1:2}',
    '{null:1}',
    '{"a":1}}',
    '[1]]',
    '{"a":1}{"b":2}',
    '[1][2]',
    '[1] x',
  ],
  ...[
    '[NaN]',
    '[Infinity]',
    '[-Infinity]',
    '[undefined]',
    '[True]',
    '[TRUE]',
    '[nul]',
    '[tru]',
    '[None]',
    '[nil]',
    '[void]',
  ],
  ...[
    '[01]',
    '[-01]',
    '[+1]',
    '[.5]',
    '[5.]',
    '[1e]',
    '[1e+]',
    '[0x1F]',
    '[0b1]',
    '[0o7]',
    '[1_000]',
    '[1n]',
    '[--1]',
    '[-]',
    '[1.2.3]',
  ],
  ...[
    '["\\x41"]',
    '["\\u12"]',
    '["\\u12G4"]',
    '["\\a"]',
    '["\\\'"]',
    '["\\"]',
    '["a',
    '["\\',
    '["\\u',
    '["a\nb"]',
    '["a\tb"]',
  ],
  ...[
    '["a\0b"]',
    '["\x1f"]',
    '[\u201ca\u201d]',
    '[`a`]',
    '/* a */ {}',
    '{} // a',
    '{"a":/**/1}',
    '# a\n{}',
    '<a/>',
    'a=b&c=d',
  ],
  ...[
    'callback({})',
    'while(1);{}',
    ")]}',\n{}",
    '---\na: 1',
    '\u2028{}',
    '\u00a0{}',
    '\ufeff\ufeff{}',
    '{"a":\u00a01}',
    '\v{}',
    '\f{}',
  ],
  ...[
    ' ',
    '\n',
    '\0',
    '\0\0\0\0',
    '"',
    '[',
    '{',
    ']',
    '}',
    ',',
    ':',
    '-',
    '0',
    '1',
    '-1.5',
    'true',
    'false',
    'null',
    '"text"',
    '"\\ud800"',
  ],
  ...[
    '[[]',
    '[{}',
    '[}',
    '{]',
    '["a":1]',
    '{"a":1,"b"}',
    '{"__proto__":{}}',
    '{"a":{"__proto__":1}}',
    '[{"\\u005f_proto__":1}]',
  ],
);

const encodings: readonly JsonBody[] = [
  body('broken', 'UTF-16 little endian', Buffer.from(sound, 'utf16le')),
  body('broken', 'UTF-16 with its mark', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(sound, 'utf16le')])),
  body('broken', 'UTF-16 big endian', Buffer.from(sound, 'utf16le').swap16()),
  body('broken', 'UTF-32', Buffer.from([0x7b, 0, 0, 0, 0x7d, 0, 0, 0])),
  body('broken', 'latin1', Buffer.from('{"a":"\u00e4"}', 'latin1')),
  body('broken', 'a byte that is never UTF-8', Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d])),
  body('broken', 'an overlong slash', Buffer.from([0x5b, 0x22, 0xc0, 0xaf, 0x22, 0x5d])),
  body('broken', 'half a surrogate pair in bytes', Buffer.from([0x5b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x5d])),
  body('broken', 'beyond Unicode', Buffer.from([0x5b, 0x22, 0xf4, 0x90, 0x80, 0x80, 0x22, 0x5d])),
  body('broken', 'a character cut short', Buffer.from([0x5b, 0x22, 0xe2, 0x82, 0x22, 0x5d])),
  body('broken', 'gzip that nobody announced', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0])),
  body('broken', 'every byte there is', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))),
  body('either', 'a byte order mark', `\ufeff${sound}`),
];

const sizes: readonly JsonBody[] = [
  body('sound', `${deep} levels of arrays`, '['.repeat(deep) + ']'.repeat(deep)),
  body('sound', '17,000 levels of objects', `${'{"a":'.repeat(17_000)}1${'}'.repeat(17_000)}`.slice(0, 102_400)),
  body('broken', `${deep} levels that are not closed`, '['.repeat(deep)),
  body('broken', '100,000 levels that are not closed', '['.repeat(100_000)),
  body('broken', '20,000 objects that are not closed', '{"a":'.repeat(20_000)),
  body('broken', `${deep} levels closed too often`, '['.repeat(deep) + ']'.repeat(deep + 1)),
  body(
    'broken',
    `a member named __proto__ below 20,000 levels`,
    `${'['.repeat(20_000)}{"__proto__":1}${']'.repeat(20_000)}`,
  ),
  body('sound', '25,000 members', `{${Array.from({ length: 10_000 }, (_, i) => `"${i}":0`).join(',')}}`),
  body('sound', 'a number of 100,000 digits', `[${'9'.repeat(100_000)}]`),
  body('sound', 'a fraction of 100,000 digits', `[0.${'3'.repeat(100_000)}]`),
  body('sound', 'an exponent of 50,000 digits', `[1e${'9'.repeat(50_000)}]`),
  body('sound', 'a text of 100,000 escapes', `["${'\\"'.repeat(50_000)}"]`),
  body('broken', 'a text of 100,000 backslashes less one', `["${'\\'.repeat(99_999)}"]`),
  body('broken', '100,000 spaces', ' '.repeat(100_000)),
];

const allowed = all(
  'sound',
  ...[
    '{}',
    '[]',
    ' {} ',
    '\t\r\n[]\n',
    sound,
    '{"a":1,"a":2}',
    '[1e400]',
    '[-0]',
    '[1E+2]',
    '[0.1e-7]',
    '["\\ud800"]',
    '["\\udc00\\ud800"]',
  ],
  ...[
    '["\\u0000"]',
    '["\u2028\u2029"]',
    '["\u007f"]',
    '{"":1}',
    '{"constructor":{"prototype":{"a":1}}}',
    '{"toString":1,"then":2}',
  ],
  ...[
    '["\\/"]',
    '[9007199254740993]',
    '[123456789012345678901234567890]',
    '{"hasOwnProperty":1}',
    '["\u00e4\ud83d\ude00"]',
  ],
);

export const jsonBodies: readonly JsonBody[] = [
  ...truncated,
  ...replaced,
  ...writings,
  ...encodings,
  ...sizes,
  ...allowed,
];

/** Content types that do not say JSON in UTF-8, for a body that is. */
export const wrongTypes: readonly string[] = [
  ...['utf-16', 'utf-32', 'latin1', 'iso-8859-1', 'us-ascii', 'utf-7', 'shift_jis', 'x', '"utf-16"'].map(
    (charset) => `application/json; charset=${charset}`,
  ),
  ...[
    'text/plain',
    'text/json',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=a',
  ],
  ...['application/jsonx', 'application', '/', 'json', 'application/octet-stream', 'application/json+xml', '__proto__'],
];
