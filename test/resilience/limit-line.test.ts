import { currentScope, runInScope, type Scope } from '../../src/core';
import { LimitLine } from '../../src/resilience/limit-line';
import { FakeClock } from '../support/fake-clock';

function prepare(ms = 100) {
  const clock = new FakeClock();
  const line = new LimitLine(clock, ms);
  const told: string[] = [];
  const begin = (name: string) =>
    line.begin(clock.now() + ms, () => {
      told.push(`${name} at ${clock.now() - 1_700_000_000_000}`);
    });
  return { clock, line, told, begin };
}

test('each ends when its own time is over, with one timer for all', async () => {
  const { clock, told, begin } = prepare();
  begin('a');
  await clock.advance(30);
  begin('b');
  begin('c');
  expect(clock.timers).toBe(1);
  await clock.advance(99);
  expect([told, clock.timers]).toEqual([['a at 100'], 1]);
  await clock.advance(1);
  expect([told, clock.timers]).toEqual([['a at 100', 'b at 130', 'c at 130'], 0]);
});

test('what has ended in time is not told, wherever in the line it was', async () => {
  const { clock, told, begin } = prepare();
  const [first, second, third, fourth] = ['a', 'b', 'c', 'd'].map(begin);
  second?.cancel();
  second?.cancel();
  first?.cancel();
  await clock.advance(50);
  begin('e').cancel();
  fourth?.cancel();
  expect(clock.timers).toBe(1);
  await clock.advance(50);
  expect(told).toEqual(['c at 100']);
  third?.cancel();
  expect(clock.timers).toBe(0);
});

test('there is no timer while nothing is under way', async () => {
  const { clock, told, begin } = prepare();
  begin('a').cancel();
  expect(clock.timers).toBe(0);
  await clock.advance(60);
  begin('b');
  await clock.advance(60);
  expect(told).toEqual([]);
  await clock.advance(40);
  expect(told).toEqual(['b at 160']);
});

test('who is told may end others, and begin another', async () => {
  const clock = new FakeClock();
  const line = new LimitLine(clock, 100);
  const told: string[] = [];
  line.begin(clock.now() + 100, () => {
    told.push('a');
    later.cancel();
    line.begin(clock.now() + 100, () => void told.push('c'));
  });
  await clock.advance(10);
  const later = line.begin(clock.now() + 100, () => void told.push('b'));
  await clock.advance(189);
  expect(told).toEqual(['a']);
  await clock.advance(1);
  expect([told, clock.timers]).toEqual([['a', 'c'], 0]);
});

test('a timer that fires a little early is no reason for another turn', async () => {
  const { clock, line, told, begin } = prepare();
  begin('a');
  line.begin(clock.now() + 100.4, () => void told.push('b'));
  await clock.advance(100);
  expect([told, clock.timers]).toEqual([['a at 100', 'b'], 0]);
});

test('each is told in the scope that it was begun in', async () => {
  const { clock, line } = prepare();
  const scopes: Scope[] = [1, 2].map(() => ({ work: undefined, trace: undefined, telemetry: undefined }));
  const seen: unknown[] = [];
  for (const scope of scopes) {
    runInScope(scope, () => line.begin(clock.now() + 100, () => void seen.push(currentScope())));
  }
  await clock.advance(100);
  expect(seen[0]).toBe(scopes[0]);
  expect(seen[1]).toBe(scopes[1]);
});
