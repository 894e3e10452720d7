import { Ejection } from '../../../src/discovery/balance/ejection';

const rule = { failures: 2, ejectMs: 30_000, maxEjectMs: 100_000, forgetMs: 60_000 };

test('enough failures in a row are due; a success in between begins anew, what says nothing does not', () => {
  const one = new Ejection(rule);
  expect(one.end(0, 'failure')).toBeUndefined();
  expect(one.end(0, 'success')).toBeUndefined();
  expect(one.end(0, 'failure')).toBeUndefined();
  expect(one.end(0, 'ignored')).toBeUndefined();
  expect(one.end(0, 'failure')).toBe('due');
  expect([one.failures, one.isOpen(0), one.until]).toEqual([2, true, 0]);
});

test('it is closed for its time, then open for one trial', () => {
  const one = new Ejection(rule);
  expect(one.eject(0)).toBe(30_000);
  expect([one.isOpen(29_999), one.isOpen(30_000), one.until]).toEqual([false, true, 30_000]);
  one.begin(29_999);
  expect(one.isOpen(30_000)).toBe(true);
  one.begin(30_000);
  expect(one.isOpen(30_001)).toBe(false);
});

test('what began before the ejection decides nothing', () => {
  const one = new Ejection(rule);
  one.eject(1000);
  expect(one.end(500, 'failure')).toBeUndefined();
  one.begin(31_000);
  expect(one.end(500, 'success')).toBeUndefined();
  expect(one.isOpen(31_001)).toBe(false);
  expect(one.end(31_000, 'success')).toBe('returned');
  expect([one.isOpen(31_002), one.failures]).toEqual([true, 0]);
});

test('a failed trial is told; one that says nothing leaves room for another', () => {
  const one = new Ejection(rule);
  one.eject(0);
  one.begin(30_000);
  expect(one.end(30_000, 'ignored')).toBeUndefined();
  expect(one.isOpen(30_001)).toBe(true);
  one.begin(30_001);
  expect(one.end(30_001, 'failure')).toBe('failed again');
});

test('a trial that nobody ends is given up in the end', () => {
  const one = new Ejection(rule);
  one.eject(0);
  one.begin(30_000);
  expect([one.isOpen(129_999), one.isOpen(130_000)]).toEqual([false, true]);
});

test('it grows with each ejection up to the limit, and is forgotten slowly', () => {
  const one = new Ejection(rule);
  let now = 0;
  const next = (inPoolMs: number): number => {
    now += inPoolMs;
    const ms = one.eject(now);
    now += ms;
    one.begin(now);
    one.end(now, 'success');
    return ms;
  };
  expect([next(0), next(0), next(59_999), next(0)]).toEqual([30_000, 60_000, 90_000, 100_000]);
  expect(next(120_000)).toBe(90_000);
  expect(next(3_600_000)).toBe(30_000);
});

test('pardoned, it is as if it had never failed', () => {
  const one = new Ejection(rule);
  one.eject(0);
  one.pardon();
  expect([one.isOpen(0), one.failures, one.eject(0)]).toEqual([true, 0, 30_000]);
});
