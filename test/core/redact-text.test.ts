import { SecretKeys } from '../../src/core/redact-keys';
import { mask, SecretText } from '../../src/core/redact-text';

const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';
const pem = '-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7\n-----END RSA PRIVATE KEY-----';

describe('SecretText', () => {
  const texts = new SecretText(new SecretKeys(), () => []);

  test.each([
    ['amqp://user:hunter22@broker:5672/vh', 'amqp://user:******@broker:5672/vh'],
    ['connect to amqp://u:p@h failed', 'connect to amqp://u:******@h failed'],
    ['redis://:hunter22@cache', 'redis://:******@cache'],
    ['https://a:b@c/x?u=https://d:e@f', 'https://a:******@c/x?u=https://d:******@f'],
    ['mongodb://u:p@ss@h1,h2/db', 'mongodb://u:******@h1,h2/db'],
    ['amqp://u:hunt/er22@host/vh', 'amqp://u:******@host/vh'],
    ['https://ghp_0123456789abcdefghij@github.com/a', 'https://******@github.com/a'],
    ['Authorization: Bearer abc.def-1', 'Authorization: ******'],
    ['sent bearer abc123 twice', 'sent bearer ****** twice'],
    ['BASIC dXNlcjpwYXNz!', 'BASIC ******!'],
    ['Cookie: sid=1; theme=dark\nHost: x', 'Cookie: ******\nHost: x'],
    [`jwt ${jwt} end`, 'jwt ****** end'],
    [`a ${jwt.split('.').slice(0, 2).join('.')}`, 'a ******'],
    ['?page=1&access_token=abc%20d&x=2', '?page=1&access_token=******&x=2'],
    ['Server=db;User Id=sa;Password=hunter22;Timeout=3', 'Server=db;User Id=sa;Password=******;Timeout=3'],
    ['Password = "hun;ter \\" 22" ;x', 'Password = "******" ;x'],
    ['{"password":"a\\"b","user":"x"}', '{"password":"******","user":"x"}'],
    ['{\\"token\\":\\"abc\\",\\"user\\":\\"x\\"}', '{\\"token\\":\\"******\\",\\"user\\":\\"x\\"}'],
    ["{ apiKey: 'abc', n: 1 }", "{ apiKey: '******', n: 1 }"],
    ['{"pin":1,"secret":1234,"n":2}', '{"pin":1,"secret":******,"n":2}'],
    ['"tokens":["a","b"],"x":1', '"tokens":******,"x":1'],
    ['"credentials":{"user":"x"', '"credentials":******'],
    ['data[password]=hunter22', 'data[password]=******'],
    ['{"password"=>"hunter22"}', '{"password"=>"******"}'],
    ['DB_PASSWORD=hunter22', 'DB_PASSWORD=******'],
    ['password: hunter22', 'password: ******'],
    ["token='never closed", "token='******"],
    [`key:\n${pem}\nnext`, 'key:\n******\nnext'],
    ['-----BEGIN PRIVATE KEY-----\nMIIE', '******'],
  ])('%s', (text, expected) => {
    expect(texts.mask(text)).toBe(expected);
  });

  test.each([
    ...[
      '',
      'order placed',
      'a=b',
      'GET /orders/1?page=2',
      'http://host:80/npm/@scope/pkg',
      'https://user@host/x',
      'at 10:20:30',
    ],
    ...[
      'tokens=512',
      'password=',
      'token=null',
      'Basic authentication failed',
      'eyJ',
      'eyJhbGciOi and so on',
      'a://',
      'x ://@',
    ],
    ...[
      'at parse (/app/token.js:10:5)',
      'token://x',
      '-----BEGIN CERTIFICATE-----\nMIIE',
      'mail a@b.de',
      'password=******',
    ],
  ])('leaves %j as it is', (text) => {
    expect(texts.mask(text)).toBe(text);
  });

  test.each([
    ["Access denied for user 'app'@'db' (using password: YES)"],
    ['plant.password: expected a port, got ******'],
    ['token: missing'],
    ['password: must be longer.'],
    ['secret: required, but not given'],
    ['PASSWORD_FILE=/run/secrets/db'],
    ['secretsDir: /run/secrets'],
    [`SyntaxError: Unexpected token ':', "{"a"::1}" is not valid JSON`],
    ['TokenExpiredError: jwt expired'],
    ['Bearer token is missing'],
    ['Bearer authentication required'],
    ['WWW-Authenticate: Bearer realm="x", scope="read"'],
    ['prompt_tokens=12, total_tokens=44'],
  ])('what is only said about a secret stays: %j', (text) => {
    expect(texts.mask(text)).toBe(text);
  });

  test('a stack keeps its places', () => {
    const stack =
      'Error: x\n    at Object.token (/app/src/auth/token.ts:10:5)\n    at secret.js:1:2\n    at node:internal/main:3:4';
    expect(texts.mask(stack)).toBe(stack);
  });

  test('known secrets go wherever they are, in URLs and JSON too; short ones do not', () => {
    let secrets = ['hunter"22/x', 'tiny', 'hunter"22/xyz', 'lone\ud800surrogate'];
    const known = new SecretText(new SecretKeys(), () => secrets);
    expect(known.mask('a hunter"22/x b')).toBe('a ****** b');
    expect(known.mask('a hunter"22/xyz b')).toBe('a ****** b');
    expect(known.mask('a hunter%2222%2Fx b')).toBe('a ****** b');
    expect(known.mask('a hunter\\"22/x b')).toBe('a ****** b');
    expect(known.mask('tiny thing')).toBe('tiny thing');
    expect(known.mask(`x=${new URLSearchParams({ '': 'hunter"22/x' }).toString().slice(1)}&y=1`)).toBe('x=******&y=1');
    const base64 = Buffer.from('hunter"22/x').toString('base64');
    expect(known.mask(`sent ${base64}`)).toBe(`sent ******${base64.slice(12)}`);
    secrets = ['another secret', 'tiny', 'hunter"22/xyz', 'lone\ud800surrogate'];
    expect(known.mask('this is another secret')).toBe(`this is ${mask}`);
  });

  test.each([
    ...[
      '=',
      ':',
      'a',
      ' ',
      '"',
      '\\',
      '@',
      '://',
      '://a:',
      '://:a/',
      'eyJ',
      'eyJ.',
      'eyJ ',
      'bearer ',
      'bearer',
      'basic  ',
      'token=',
      'token="',
    ],
    ...[
      'token=\\"',
      'token= ',
      'token=[',
      'a=',
      'token:',
      '://u:p@',
      '-----BEGIN',
      '-----BEGIN PRIVATE KEY',
      '-----END',
      'A',
      'password = ',
    ],
    ...['token="null"', '"', "token='\\", 'x@', '.', '-', 'token=null ', 'cookie: ', 'é'],
  ])('a megabyte of %j takes no time worth speaking of', (piece) => {
    const hostile = piece.repeat(Math.ceil(1_000_000 / piece.length));
    const started = process.cpuUsage();
    texts.mask(hostile);
    texts.mask(`=@:${hostile}@`);
    const used = process.cpuUsage(started);
    expect((used.user + used.system) / 1000).toBeLessThan(3_000);
  });
});
