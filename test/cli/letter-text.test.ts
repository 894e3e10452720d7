import { letterJson, letterText } from '../../src/cli/letter-text';
import { letterOf } from './support/context';

const now = Date.parse('2026-01-03T00:00:00.000Z');
const text = (letter = letterOf(), body = false): string => letterText(letter, { number: 1, body, now });

test('says what died of what, when and after how many attempts', () => {
  const stack = 'Error: no tax\n    at bill (tax.js:1)';
  const headers = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
  expect(text(letterOf({ stack }, { headers }))).toBe(
    [
      '1  order.placed  o-1  failed  TAX_UNKNOWN  5 attempts  died 2026-01-01T00:00:00.000Z (2d ago)',
      '   from shop, published 2026-01-01T00:00:00.000Z, trace 0af7651916cd43dd8448eb211c80319c',
      '   no tax',
      '   Error: no tax',
      '       at bill (tax.js:1)',
      '',
    ].join('\n'),
  );
});

test('what is not known is left out', () => {
  const unknown = { code: undefined, message: undefined, attempts: undefined, diedAt: undefined };
  expect(text(letterOf({ ...unknown, reason: 'unknown' }, { source: '', time: '' }))).toBe(
    '1  order.placed  o-1  unknown\n   from unknown, published at an unknown time\n',
  );
});

test('secrets are masked, and nothing reaches the terminal as a command', () => {
  const shown = text(letterOf({ message: 'no amqp://u:hunter22@h\u001b[2J', attempts: 1 }));
  expect(shown).toContain('1 attempt ');
  expect(shown).toContain('   no amqp://u:******@h\\u001b[2J\n');
});

test.each([
  ['{"total":7,"password":"hunter22"}', 'application/json', '   {"total":7,"password":"******"}\n'],
  ['{"a":1}', 'application/vnd.shop+json', '   {"a":1}\n'],
  ['not json', 'application/json', '   not json\n'],
  ['two\nlines', 'text/plain', '   two\n   lines\n'],
])('the body %j is shown if asked for', (body, contentType, shown) => {
  const letter = letterOf({}, { body: Buffer.from(body), contentType });
  expect(text(letter)).not.toContain(shown);
  expect(text(letter, true).endsWith(shown)).toBe(true);
});

test('a body that is no text is shown in base64', () => {
  expect(text(letterOf({}, { body: Buffer.from([0xff, 0xfe]) }), true)).toContain('   //4=\n');
});

test.each([
  ['2026-01-02T23:59:30.000Z', '30s'],
  ['2026-01-02T23:55:00.000Z', '5m'],
  ['2026-01-02T21:00:00.000Z', '3h'],
  ['2026-01-03T00:00:01.000Z', '0s'],
])('died %s is %s ago', (diedAt, age) => expect(text(letterOf({ diedAt }))).toContain(`(${age} ago)`));

test('for programs all is there, the body if asked for', () => {
  const json = letterJson(letterOf({}, { headers: { 'x-tenant': 'a', authorization: 'Bearer abcdefgh' } }), false);
  expect(json).toMatchObject({
    id: 'o-1',
    type: 'order.placed',
    source: 'shop',
    reason: 'failed',
    code: 'TAX_UNKNOWN',
    message: 'no tax',
    attempts: 5,
    queue: 'order.placed.billing',
    diedAt: '2026-01-01T00:00:00.000Z',
    headers: { 'x-tenant': 'a' },
  });
  expect(JSON.stringify(json)).not.toMatch(/abcdefgh|total/);
  expect(letterJson(letterOf(), true)).toMatchObject({ data: { total: 7 } });
});
