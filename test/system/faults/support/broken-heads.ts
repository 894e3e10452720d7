/** Bytes that are no sound HTTP/1.1 request, and the status they deserve. */
export interface Broken {
  readonly what: string;
  readonly bytes: string;
  readonly statuses: readonly number[];
}

const get = 'GET / HTTP/1.1\r\nHost: a\r\n';
const post = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
const chunked = `${post}Transfer-Encoding: chunked\r\n\r\n`;
/** What a server that reads the length differently would take for a request of its own. */
const hidden = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';

function broken(what: string, bytes: string, ...statuses: number[]): Broken {
  return { what, bytes, statuses: statuses.length === 0 ? [400] : statuses };
}

const tooLarge: readonly Broken[] = [
  broken('a field of 17 kB', `${get}X: ${'a'.repeat(17_000)}\r\n\r\n`, 431),
  broken('a field name of 17 kB', `${get}${'a'.repeat(17_000)}: b\r\n\r\n`, 431),
  broken('3,000 fields', `${get}${'a: b\r\n'.repeat(3_000)}\r\n`, 431),
  broken('3,000 empty fields', `${get}${'a:\r\n'.repeat(3_000)}\r\n`, 431),
  broken('201 fields', `${get}${'a: b\r\n'.repeat(200)}\r\n`, 431),
  broken('a path of 20 kB', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431),
  broken('a trailer of 20 kB', `${chunked}0\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 431),
  broken('a chunk extension of 20 kB', `${chunked}2;${'a'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`, 413),
];

const bytes: readonly Broken[] = [
  broken('bare LF', 'GET / HTTP/1.1\nHost: a\n\n'),
  broken('bare LF between fields', `${get}a: b\nc: d\r\n\r\n`),
  broken('bare CR between fields', `${get}a: b\rc: d\r\n\r\n`),
  broken('CR CR LF', `${get}a: b\r\r\n\r\n`),
  broken('NUL in a value', `${get}a: b\0c\r\n\r\n`),
  broken('NUL in a name', `${get}a\0: b\r\n\r\n`),
  broken('NUL in the path', 'GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n'),
  broken('NUL before all', `\0${get}\r\n`),
  broken('a control character in a value', `${get}a: b\x01\r\n\r\n`),
  broken('a folded field', `${get}a: b\r\n c\r\n\r\n`),
  broken('a field folded at once', 'GET / HTTP/1.1\r\n Host: a\r\n\r\n'),
  broken('a space before the colon', 'GET / HTTP/1.1\r\nHost : a\r\n\r\n'),
  broken('no colon', `${get}abc\r\n\r\n`),
  broken('no name', `${get}: b\r\n\r\n`),
  broken('a name that is none', `${get}a(b): c\r\n\r\n`),
  broken('a method that is none', 'G@T / HTTP/1.1\r\nHost: a\r\n\r\n'),
  broken('a method in small letters', 'get / HTTP/1.1\r\nHost: a\r\n\r\n'),
  broken('no path', 'GET HTTP/1.1\r\nHost: a\r\n\r\n'),
  broken('HTTP/0.9', 'GET /\r\n\r\n'),
  broken('HTTP/1.2', 'GET / HTTP/1.2\r\nHost: a\r\n\r\n'),
  broken('HTTP/2.0 in words', 'GET / HTTP/2.0\r\nHost: a\r\n\r\n'),
  broken('HTTP/2 by its preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  broken('another protocol', 'GET / GOPHER/1.1\r\nHost: a\r\n\r\n'),
  broken('TLS', '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03'),
  broken('SSH', 'SSH-2.0-OpenSSH_9.2\r\n'),
  broken('every byte there is', Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('')),
  broken('no host', 'GET / HTTP/1.1\r\n\r\n'),
  broken('two hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'),
  broken('the same host twice', 'GET /livez HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n'),
  broken('a host that is none', 'GET / HTTP/1.1\r\nHost: a b/@c\r\n\r\n'),
  broken('CONNECT', 'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n'),
];

const lengths: readonly Broken[] = [
  ...['-1', '+2', '2, 2', '0x2', '2 2', '99999999999999999999', '', '2e0', '2;', '1_0'].map((length) =>
    broken(`Content-Length: ${length}`, `${post}Content-Length: ${length}\r\n\r\n{}`),
  ),
  broken('two lengths', `${post}Content-Length: 2\r\nContent-Length: ${hidden.length + 2}\r\n\r\n{}${hidden}`),
  broken('the same length twice', `${post}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}`),
  broken('a length and chunks', `${post}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`),
  broken('chunks and a length', `${post}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n${hidden}`),
];

const codings: readonly Broken[] = [
  ...[
    'identity',
    'xchunked',
    'chunked, identity',
    'chunked, chunked',
    'chunked;q=1',
    'chunked\x0b',
    'gzip',
    '"chunked"',
  ].map((coding) =>
    broken(`Transfer-Encoding: ${coding}`, `${post}Transfer-Encoding: ${coding}\r\n\r\n0\r\n\r\n${hidden}`),
  ),
  broken('two codings', `${post}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${hidden}`),
  broken('a coding with a space before its colon', `${post}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${hidden}`),
  broken('a folded coding', `${post}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n${hidden}`),
  ...['zz', '-2', '0x2', 'FFFFFFFFFFFFFFFFF', '2 ', ' 2', '', '2\t', '+2', '2,2', '2\0'].map((size) =>
    broken(`a chunk of size ${JSON.stringify(size)}`, `${chunked}${size}\r\n{}\r\n0\r\n\r\n${hidden}`),
  ),
  broken('chunks ended by LF', `${chunked}2\n{}\n0\n\n${hidden}`),
  broken('a chunk extension ended by LF', `${chunked}2;\n{}\r\n0\r\n\r\n${hidden}`),
  broken('a chunk that goes on past its size', `${chunked}2\r\n{}{}\r\n0\r\n\r\n${hidden}`),
  broken('a chunk without its end', `${chunked}2\r\n{}0\r\n\r\n${hidden}`),
  broken('a trailer that is none', `${chunked}2\r\n{}\r\n0\r\nabc\r\n\r\n${hidden}`),
];

export const brokenHeads: readonly Broken[] = [...tooLarge, ...bytes, ...lengths, ...codings];
