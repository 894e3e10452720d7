import { systemClock } from '../../../src/core';
import { type OwnedBench } from '../../../src/cli/doctor/bench';
import { failed, passed, type Check } from '../../../src/cli/doctor/contract';
import { startLimitMs } from '../../../src/cli/doctor/patient';
import { isSound, runChecks, type Examination } from '../../../src/cli/doctor/run-checks';

const check = (name: string, run: Check['run'], limitMs = 1_000): Check => ({ name, title: name, limitMs, run });

function told() {
  const lines: string[] = [];
  const bench = { tidy: () => Promise.resolve(void lines.push('tidied')) } as unknown as OwnedBench;
  const tell = {
    begin: ({ name }: Check) => void lines.push(`begin ${name}`),
    end: ({ check, outcome }: { check: Check; outcome: { kind: string } }) =>
      void lines.push(`${check.name} ${outcome.kind}`),
  };
  return { lines, bench, tell };
}

const never = new AbortController().signal;

function examination(bench: OwnedBench, more: Partial<Examination> & Pick<Examination, 'tell'>): Examination {
  return { bench, acceptance: {}, clock: systemClock, interrupted: never, timeUp: never, ...more };
}

test('one after the other, each tidied up after; what throws or hangs has failed', async () => {
  const { lines, bench, tell } = told();
  const list = [
    check('good', () => Promise.resolve(passed('all'))),
    check('bad', () => Promise.reject(new Error('no database'))),
    check('slow', () => new Promise(() => undefined), 5 - startLimitMs),
  ];
  const results = await runChecks(list, examination(bench, { tell }));
  expect(lines).toEqual([
    'begin good',
    'tidied',
    'good passed',
    'begin bad',
    'tidied',
    'bad failed',
    'begin slow',
    'tidied',
    'slow failed',
  ]);
  expect(results.slice(1).map(({ outcome }) => outcome)).toMatchObject([
    { findings: [{ problem: 'no database' }] },
    { findings: [{ problem: 'It did not end within 5 ms.' }] },
  ]);
});

test('what is accepted counts', async () => {
  const { bench, tell } = told();
  const list = [check('bad', () => Promise.resolve(failed('no breaker', 'Give it one.')))];
  const [result] = await runChecks(list, examination(bench, { acceptance: { bad: 'it is a toy' }, tell }));
  expect(result).toMatchObject({ outcome: { kind: 'accepted' }, accepted: ['no breaker Accepted: it is a toy'] });
});

test('a check that could not be made is never accepted', async () => {
  const { bench, tell } = told();
  const list = [
    check('bad', () => Promise.reject(new Error('no database'))),
    check('slow', () => new Promise(() => undefined), 5 - startLimitMs),
  ];
  const acceptance = { bad: 'it is a toy', 'bad/undefined': 'it is a toy', slow: 'it is a toy' };
  const results = await runChecks(list, examination(bench, { acceptance, tell }));
  expect(results).toMatchObject([
    { outcome: { kind: 'failed', findings: [{ problem: 'no database' }] }, accepted: [] },
    { outcome: { kind: 'failed' }, accepted: [] },
  ]);
});

test('a check that was given up gets no service any more', async () => {
  const { bench, tell } = told();
  const opened: string[] = [];
  const open = (how: string) => () => Promise.resolve(void opened.push(how));
  const able = { ...bench, fresh: open('fresh'), shared: open('shared') } as unknown as OwnedBench;
  let goOn = (): void => undefined;
  const later = new Promise<void>((resolve) => (goOn = resolve));
  let late: Promise<unknown> = Promise.resolve();
  const run: Check['run'] = async ({ fresh, shared }) => {
    await Promise.all([fresh(), shared()]);
    late = later.then(() => Promise.allSettled([fresh(), shared()]));
    return new Promise(() => undefined);
  };
  await runChecks([check('slow', run, 5 - startLimitMs)], examination(able, { tell }));
  goOn();
  const over = { status: 'rejected', reason: expect.objectContaining({ message: 'The check is over.' }) as unknown };
  expect(await late).toEqual([over, over]);
  expect(opened).toEqual(['fresh', 'shared']);
});

test('ends when it is interrupted', async () => {
  const { bench, tell } = told();
  const list = [check('good', () => Promise.resolve(passed('all')))];
  expect(await runChecks(list, examination(bench, { tell, interrupted: AbortSignal.abort() }))).toEqual([]);
});

test('when time is up what runs is cut short and the rest is skipped: that is not sound', async () => {
  const { lines, bench, tell } = told();
  const timeUp = new AbortController();
  const run: Check['run'] = () => {
    timeUp.abort(new Error('time was up after 3 s'));
    return new Promise(() => undefined);
  };
  const list = [
    check('good', () => Promise.resolve(passed('all'))),
    check('long', run),
    check('left', () => Promise.resolve(passed('all'))),
  ];
  const results = await runChecks(list, examination(bench, { tell, timeUp: timeUp.signal }));
  expect(results).toMatchObject([
    { outcome: { kind: 'passed' } },
    { outcome: { kind: 'skipped', why: 'time was up after 3 s, while it was looked at', timeUp: true } },
    { outcome: { kind: 'skipped', why: 'time was up after 3 s', timeUp: true } },
  ]);
  expect(lines.slice(-4)).toEqual(['begin long', 'tidied', 'long skipped', 'left skipped']);
  expect([isSound(results), isSound(results.slice(0, 1))]).toEqual([false, true]);
});

test('what throws because time was up is skipped too, and what runs when it is interrupted says so', async () => {
  const { bench, tell } = told();
  const timeUp = new AbortController();
  const throws = check('one', () => {
    timeUp.abort(new Error('time was up'));
    return Promise.reject(new Error('it cannot be asked'));
  });
  expect(await runChecks([throws], examination(bench, { tell, timeUp: timeUp.signal }))).toMatchObject([
    { outcome: { kind: 'skipped', timeUp: true } },
  ]);
  const interrupted = new AbortController();
  const stops = check('one', () => {
    interrupted.abort();
    return new Promise(() => undefined);
  });
  expect(await runChecks([stops], examination(bench, { tell, interrupted: interrupted.signal }))).toMatchObject([
    { outcome: { kind: 'failed', findings: [{ problem: 'It was interrupted.' }] } },
  ]);
});
