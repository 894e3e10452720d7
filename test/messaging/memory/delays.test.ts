import { Delays } from '../../../src/messaging/memory/delays';
import { FakeClock } from '../../support/fake-clock';

function make(): { clock: FakeClock; delays: Delays; called: string[]; add: (ms: number, name: string) => void } {
  const clock = new FakeClock();
  const delays = new Delays(clock);
  const called: string[] = [];
  return {
    clock,
    delays,
    called,
    add: (ms, name) => delays.add(ms, () => called.push(`${name}@${clock.now() % 1000}`)),
  };
}

test('each is called at its time, those of one time in their order, by one timer', async () => {
  const { clock, delays, called, add } = make();
  delays.open();
  for (const [ms, name] of [
    [30, 'd'],
    [10, 'a'],
    [20, 'b'],
    [20, 'c'],
    [40, 'e'],
  ] as const)
    add(ms, name);
  expect(clock.timers).toBe(1);
  await clock.advance(25);
  expect(called).toEqual(['a@10', 'b@20', 'c@20']);
  add(1, 'x');
  expect(clock.timers).toBe(1);
  await clock.advance(100);
  expect(called.slice(3)).toEqual(['x@26', 'd@30', 'e@40']);
  expect(clock.timers).toBe(0);
});

test('very many come in their order', async () => {
  const { clock, delays } = make();
  delays.open();
  const [due, got]: [number[], number[]] = [[], []];
  for (let i = 0; i < 2000; i++) {
    const ms = (i * 7919) % 1009;
    due.push(ms * 10_000 + i);
    delays.add(ms, () => got.push(ms * 10_000 + i));
  }
  await clock.advance(1009);
  expect(got).toEqual(due.sort((a, b) => a - b));
});

test('no timer runs while nobody has it open; what is overdue is called at the next opening', async () => {
  const { clock, delays, called, add } = make();
  add(10, 'a');
  expect(clock.timers).toBe(0);
  delays.open();
  delays.open();
  delays.close();
  expect(clock.timers).toBe(1);
  delays.close();
  expect(clock.timers).toBe(0);
  await clock.advance(50);
  expect(called).toEqual([]);
  delays.open();
  await clock.advance(0);
  expect(called).toEqual(['a@50']);
});

test('one that adds another is not called twice', async () => {
  const { clock, delays, called } = make();
  delays.open();
  delays.add(5, () => delays.add(5, () => called.push('later')));
  await clock.advance(5);
  expect(called).toEqual([]);
  await clock.advance(5);
  expect(called).toEqual(['later']);
});
