import { pause } from '../../src/resilience/pause';
import { FakeClock, settle } from '../support/fake-clock';
import { callOf, listenersOf } from './support/failing-work';

test('ends when the time has passed, and leaves nothing', async () => {
  const clock = new FakeClock();
  const call = callOf({ clock });
  const listeners = listenersOf(call.signal);
  const ended = jest.fn();
  void pause(call, 100).then(ended);
  await clock.advance(99);
  expect(ended).not.toHaveBeenCalled();
  expect(listeners()).toBe(1);
  await clock.advance(1);
  expect(ended).toHaveBeenCalledTimes(1);
  expect([clock.timers, listeners()]).toEqual([0, 0]);
});

test('ends at once when the call is given up, and leaves nothing', async () => {
  const clock = new FakeClock();
  const caller = new AbortController();
  const call = callOf({ clock }, caller.signal);
  const listeners = listenersOf(call.signal);
  const ended = jest.fn();
  void pause(call, 100).then(ended);
  caller.abort();
  await settle();
  expect(ended).toHaveBeenCalledTimes(1);
  expect([clock.timers, listeners()]).toEqual([0, 0]);
  await pause(call, 100);
  expect(clock.timers).toBe(0);
});

test('keeps the process alive while it lasts', async () => {
  const clock = new FakeClock();
  const after = jest.spyOn(clock, 'after');
  void pause(callOf({ clock }), 100);
  expect(after).toHaveBeenCalledWith(100, expect.any(Function), true);
  await clock.advance(100);
});
