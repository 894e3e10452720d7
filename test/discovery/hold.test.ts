import { holdRule, judge, type Doubt } from '../../src/discovery/hold';

/** Judges answers of one size that come every so often, until one is not doubted. */
function doubtedFor(known: number, answered: number, everyMs: number): { answers: number; ms: number; then: string } {
  let doubt: Doubt | undefined;
  for (let i = 0; ; i++) {
    const judgement = judge(known, answered, 5000 + i * everyMs, doubt);
    if (judgement.kind !== 'doubted') return { answers: i, ms: i * everyMs, then: judgement.kind };
    doubt = judgement.doubt;
  }
}

test.each([
  [0, 0],
  [0, 5],
  [1, 1],
  [10, 2],
  [10, 30],
  [9, 1],
  [110, 12],
])('%i known and %i answered is believed', (known, answered) => {
  expect(judge(known, answered, 1000, undefined)).toEqual({ kind: 'believed' });
});

test.each([
  [1, 0],
  [10, 1],
  [10, 0],
  [100, 10],
  [110, 11],
  [1000, 3],
])('%i known and %i answered is doubted', (known, answered) => {
  expect(judge(known, answered, 1000, undefined)).toEqual({ kind: 'doubted', doubt: { since: 1000, answers: 1 } });
});

test('three answers are doubted, however slowly they come', () => {
  expect(doubtedFor(10, 0, 600_000)).toEqual({ answers: 3, ms: 1_800_000, then: 'resigned' });
});

test('answers are doubted for 90 s, however fast they come', () => {
  expect(doubtedFor(10, 0, 1000)).toEqual({ answers: 90, ms: 90_000, then: 'resigned' });
  expect(doubtedFor(10, 1, 30_000)).toEqual({ answers: 3, ms: 90_000, then: 'resigned' });
});

test('an answer that is good enough ends the doubt', () => {
  const doubt = { since: 0, answers: 3 };
  expect(judge(10, 2, 90_000, doubt)).toEqual({ kind: 'believed' });
  expect(judge(10, 0, 89_999, doubt)).toEqual({ kind: 'doubted', doubt: { since: 0, answers: 4 } });
});

test('the rule can be another', () => {
  const rule = { share: 0.5, answers: 0, ms: 0 };
  expect(judge(10, 5, 0, undefined, rule)).toEqual({ kind: 'resigned' });
  expect(judge(10, 6, 0, undefined, rule)).toEqual({ kind: 'believed' });
  expect(() => Object.assign(holdRule, { ms: 0 })).toThrow(TypeError);
});
