import { dlqWords, durationMs } from '../../src/cli/dlq-words';

const none = {
  url: undefined,
  json: false,
  body: false,
  dryRun: false,
  yes: false,
  limit: undefined,
  rate: undefined,
  filter: {},
};

test.each([
  [['list'], { ...none, verb: 'list', queues: [] }],
  [['list', 'a.b.c', 'd.e.f', '--json'], { ...none, verb: 'list', queues: ['a.b.c', 'd.e.f'], json: true }],
  [['show', 'a.b.c', '--body', '--limit', '5'], { ...none, verb: 'show', queues: ['a.b.c'], body: true, limit: 5 }],
  [
    ['replay', '--rate', '0.5', '--dry-run', 'a.b.c', '--url=amqp://x', '--reason', 'failed', '--code', 'E'],
    {
      ...none,
      verb: 'replay',
      queues: ['a.b.c'],
      rate: 0.5,
      dryRun: true,
      url: 'amqp://x',
      filter: { reason: 'failed', code: 'E' },
    },
  ],
  [
    ['drop', 'a.b.c', '--yes', '--older-than', '30d', '--type', 'a.b', '--id', '7'],
    {
      ...none,
      verb: 'drop',
      queues: ['a.b.c'],
      yes: true,
      filter: { olderThanMs: 2_592_000_000, type: 'a.b', id: '7' },
    },
  ],
])('%j is understood', (words, understood) => expect(dlqWords(words)).toEqual(understood));

test.each([
  [[], 'not understood'],
  [['fly'], 'dlq fly: not understood; it is list, show, replay or drop'],
  [['fly', 'list'], 'dlq fly: not understood'],
  [['show'], 'dlq show: it needs the name of one queue'],
  [['drop', 'a', 'b'], 'dlq drop: it needs the name of one queue'],
  [['list', '--rate', '5'], '--rate'],
  [['show', 'a', '--dry-run'], '--dry-run'],
  [['show', 'a', '--yes'], '--yes'],
  [['drop', 'a', '--rate', '5'], '--rate'],
  [['show', 'a', '--limit', '0'], '--limit 0: it is a number above 0'],
  [['show', 'a', '--limit', '1.5'], '--limit 1.5'],
  [['replay', 'a', '--rate', '0'], '--rate 0: it is a number above 0'],
  [['replay', 'a', '--rate', '0.0'], '--rate 0.0'],
  [['replay', 'a', '--rate', 'fast'], '--rate fast'],
  [['show', 'a', '--older-than', '30'], '--older-than 30: it is a number and a unit'],
])('%j is not', (words, message) => {
  let error: unknown;
  try {
    dlqWords(words);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({
    code: expect.stringMatching(/^ERR_PARSE_ARGS_/),
    message: expect.stringContaining(message),
  });
});

test.each([
  ['500ms', 500],
  ['10s', 10_000],
  ['15m', 900_000],
  ['2h', 7_200_000],
  ['30d', 2_592_000_000],
  ['1w', 604_800_000],
])('%s is %d ms', (text, ms) => expect(durationMs('older-than', text)).toBe(ms));

test.each([[''], ['d'], ['-1d'], ['1.5d'], ['1y'], ['1d2h'], ['9999999d']])('%j is no duration', (text) =>
  expect(() => durationMs('older-than', text)).toThrow('--older-than'),
);
