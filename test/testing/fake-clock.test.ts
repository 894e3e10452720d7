import { systemClock } from '../../src/core';
import { fakeClock, isFakeClock } from '../../src/testing/fake-clock';

const start = 1_700_000_000_000;

test('stands still, where it was told to begin', () => {
  expect([fakeClock().now(), fakeClock().wall()]).toEqual([start, start]);
  expect(fakeClock({ at: 5 }).now()).toBe(5);
  expect([isFakeClock(fakeClock()), isFakeClock(systemClock)]).toEqual([true, false]);
});

test('calls what falls due in its order, each at its own time, and not what was cancelled', async () => {
  const clock = fakeClock();
  const calls: [string, number][] = [];
  const note = (name: string) => (): void => void calls.push([name, clock.now() - start]);
  clock.after(30, note('late'));
  clock.after(10, note('early'));
  clock.after(20, note('cancelled')).cancel();
  const every = clock.every(20, note('again'));
  expect(clock.timers).toBe(3);
  await clock.advance(29);
  await clock.advance(11);
  expect(calls).toEqual([
    ['early', 10],
    ['again', 20],
    ['late', 30],
    ['again', 40],
  ]);
  every.cancel();
  await clock.advance(100);
  expect([clock.timers, clock.now() - start]).toEqual([0, 140]);
});

test('what a call sets off is due in its turn, although promises and turns of the loop lie between', async () => {
  const clock = fakeClock();
  const at: number[] = [];
  const again = (): void => {
    at.push(clock.now() - start);
    setImmediate(() => void Promise.resolve().then(() => setImmediate(() => clock.after(10, again))));
  };
  clock.after(10, again);
  await clock.advance(40);
  expect(at).toEqual([10, 20, 30, 40]);
});

test('a timer of 0 ms that repeats does not hold time up', async () => {
  const clock = fakeClock();
  let calls = 0;
  clock.every(0, () => calls++);
  await clock.advance(3);
  expect(calls).toBe(4);
});

test('the wall clock can be set, and time does not move by it', () => {
  const clock = fakeClock();
  clock.jumpWall(-5_000);
  expect([clock.now(), clock.wall()]).toEqual([start, start - 5_000]);
});

describe('passUntil', () => {
  test('passes pauses, and limits that fall due on the way', async () => {
    const clock = fakeClock();
    const calls: string[] = [];
    clock.after(150, () => calls.push('limit'));
    clock.after(400, () => calls.push('limit after'));
    const pause = (ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve, true));
    const work = async (): Promise<string> => {
      await pause(100);
      await pause(200);
      return 'done';
    };
    await expect(clock.passUntil(work())).resolves.toBe('done');
    expect([calls, clock.now() - start]).toEqual([['limit'], 300]);
  });

  test('lets time stand still while nothing pauses', async () => {
    const clock = fakeClock();
    clock.after(1, () => undefined);
    const work = new Promise((resolve) => setTimeout(() => resolve('answered'), 20));
    await expect(clock.passUntil(work)).resolves.toBe('answered');
    expect(clock.now()).toBe(start);
  });

  test('gives up after its limit', async () => {
    const work = new Promise(() => undefined);
    await expect(fakeClock().passUntil(work, 20)).rejects.toThrow(
      'Waited 20 ms in vain for what time was passing for.',
    );
  });

  test('throws what the work throws', async () => {
    await expect(fakeClock().passUntil(Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });
});
