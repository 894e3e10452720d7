import { Window } from '../../../src/messaging/amqp/window';

function filled(count: number): Window<number> {
  const window = new Window<number>();
  for (let i = 1; i <= count; i++) window.add(i);
  return window;
}

function confirmed(window: Window<number>, tag: number, multiple = false): number[] {
  const out: number[] = [];
  window.confirm(tag, multiple, (item) => out.push(item));
  return out;
}

test('a confirm is about one, or about all up to it', () => {
  const window = filled(5);
  expect(confirmed(window, 2)).toEqual([2]);
  expect(confirmed(window, 4, true)).toEqual([1, 3, 4]);
  expect(window.values()).toEqual([5]);
  expect(window.size).toBe(1);
});

test('a second confirm, or one of what was never written, is about nothing', () => {
  const window = filled(2);
  expect([confirmed(window, 1), confirmed(window, 1), confirmed(window, 9), confirmed(window, 9, true)]).toEqual([
    [1],
    [],
    [],
    [],
  ]);
  expect(window.size).toBe(1);
});

test('tags count on over thousands', () => {
  const window = filled(3_000);
  expect(confirmed(window, 2_500, true)).toHaveLength(2_500);
  window.add(3_001);
  expect(confirmed(window, 3_001)).toEqual([3_001]);
  expect(window.find((item) => item > 2_600)).toBe(2_601);
  expect(window.find((item) => item > 9_000)).toBeUndefined();
  expect(confirmed(window, 3_000, true)).toHaveLength(500);
  expect(window.size).toBe(0);
});
