import { longestDelayMs, systemClock, within } from '../../src/core';
import { FakeClock } from '../support/fake-clock';

const late = (): Error => new Error('late');

describe('the system clock', () => {
  test('counts milliseconds since the epoch, and does not follow the wall clock', () => {
    const spy = jest.spyOn(Date, 'now').mockReturnValue(0);
    const before = systemClock.now();
    expect(systemClock.wall()).toBe(0);
    spy.mockRestore();
    expect(Math.abs(before - Date.now())).toBeLessThan(3_600_000);
    expect(systemClock.now()).toBeGreaterThanOrEqual(before);
  });

  test('fires timers that keep no process alive, and not when cancelled', async () => {
    const calls: string[] = [];
    await new Promise<void>((resolve) => {
      const keepAlive = setInterval(() => undefined, 1_000);
      systemClock.after(0, () => calls.push('cancelled')).cancel();
      const every = systemClock.every(1, () => {
        calls.push('every');
        if (calls.length < 2) return;
        every.cancel();
        every.cancel();
        const done = systemClock.after(1, () => {
          done.cancel();
          clearInterval(keepAlive);
          resolve();
        });
      });
    });
    expect(calls).toEqual(['every', 'every']);
  });

  test('a timer that is the work itself keeps the process alive', () => {
    const refs: boolean[] = [];
    for (const keepAlive of [undefined, false, true]) {
      const set = jest.spyOn(globalThis, 'setTimeout');
      const timer = systemClock.after(1_000, () => undefined, keepAlive);
      refs.push((set.mock.results[0]?.value as NodeJS.Timeout).hasRef());
      timer.cancel();
      set.mockRestore();
    }
    expect(refs).toEqual([false, false, true]);
  });

  test('a delay beyond what Node can wait does not fire at once', () => {
    jest.useFakeTimers();
    const call = jest.fn();
    const timers = [systemClock.after(Infinity, call), systemClock.every(longestDelayMs * 2, call)];
    jest.advanceTimersByTime(1_000);
    expect(call).not.toHaveBeenCalled();
    for (const timer of timers) timer.cancel();
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });
});

describe('within', () => {
  test('gives what the work gives, and leaves nothing behind', async () => {
    const clock = new FakeClock();
    const { signal } = new AbortController();
    const removed = jest.spyOn(signal, 'removeEventListener');
    await expect(within(clock, 100, Promise.resolve(7), late, signal)).resolves.toBe(7);
    await expect(within(clock, 100, Promise.reject(new Error('broken')), late)).rejects.toThrow('broken');
    expect(clock.timers).toBe(0);
    expect(removed).toHaveBeenCalledTimes(1);
  });

  test('gives up when time is up', async () => {
    const clock = new FakeClock();
    const waiting = expect(within(clock, 100, new Promise(() => undefined), late)).rejects.toThrow('late');
    await clock.advance(100);
    await waiting;
    expect(clock.timers).toBe(0);
  });

  test('gives up when the signal aborts, or has aborted', async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const waiting = expect(within(clock, 100, new Promise(() => undefined), late, controller.signal)).rejects.toThrow(
      'late',
    );
    controller.abort();
    await waiting;
    expect(clock.timers).toBe(0);
    await expect(within(clock, 100, Promise.resolve(1), late, controller.signal)).rejects.toThrow('late');
  });

  test('a failure that comes after giving up is nobody’s unhandled rejection', async () => {
    const clock = new FakeClock();
    const unhandled = jest.fn();
    process.on('unhandledRejection', unhandled);
    const failing: ((error: Error) => void)[] = [];
    const work = (): Promise<never> => new Promise((_, reject) => failing.push(reject));
    const waiting = expect(within(clock, 1, work(), late)).rejects.toThrow('late');
    await clock.advance(1);
    await waiting;
    await expect(within(clock, 1, work(), late, AbortSignal.abort())).rejects.toThrow('late');
    for (const fail of failing) fail(new Error('too late to matter'));
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });
});
