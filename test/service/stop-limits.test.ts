import { shareOfStop, StopLimits } from '../../src/service/stop-limits';
import { FakeClock, settle } from '../support/fake-clock';

let clock: FakeClock;
let limits: StopLimits;

function make(ms: number): void {
  clock = new FakeClock();
  limits = new StopLimits(clock, ms);
}

afterEach(() => {
  limits.end();
  expect(clock.timers).toBe(0);
});

test('work must end a fifth before all does, so that what it used can be closed', async () => {
  make(5_000);
  await clock.advance(3_999);
  expect(limits.work.aborted).toBe(false);
  await clock.advance(1);
  expect([limits.work.aborted, limits.all.aborted]).toEqual([true, false]);
  await clock.advance(1_000);
  expect(limits.all.aborted).toBe(true);
  expect(limits.all.reason).toMatchObject({ code: 'TIMEOUT', message: 'The stop took longer than 5000 ms.' });
});

test('of a long time, two seconds are kept back', async () => {
  make(25_000);
  await clock.advance(22_999);
  expect(limits.work.aborted).toBe(false);
  await clock.advance(1);
  expect(limits.work.aborted).toBe(true);
});

test('the delay is as long as was asked for', async () => {
  make(25_000);
  const over = jest.fn();
  void limits.delay(20_000).then(over);
  await clock.advance(19_999);
  expect(over).not.toHaveBeenCalled();
  await clock.advance(1);
  expect(over).toHaveBeenCalled();
});

test('the delay leaves time for the work in hand, even if it is longer than the whole stop may take', async () => {
  make(5_000);
  const over = jest.fn();
  void limits.delay(60_000).then(over);
  await clock.advance(3_000);
  expect(over).toHaveBeenCalled();
  expect(limits.work.aborted).toBe(false);
});

test('shortened, it ends the delay at once and brings the limits forward', async () => {
  make(25_000);
  const over = jest.fn();
  void limits.delay(20_000).then(over);
  await clock.advance(1_000);
  limits.shorten(3_000);
  await settle();
  expect(over).toHaveBeenCalled();
  await clock.advance(2_400);
  expect([limits.work.aborted, limits.all.aborted]).toEqual([true, false]);
  await clock.advance(600);
  expect(limits.all.aborted).toBe(true);
});

test('shortening never gives more time', async () => {
  make(1_000);
  limits.shorten(3_000);
  await clock.advance(1_000);
  expect(limits.all.aborted).toBe(true);
});

describe('a turn', () => {
  /** When, from now on, its signal aborts. */
  async function lengthOf(signal: AbortSignal): Promise<number> {
    let ms = 0;
    for (; !signal.aborted; ms += 50) await clock.advance(50);
    return ms;
  }

  test.each([
    ['the only one may take all but half of what is kept back', 1, 24_000],
    ['one before others may take as long as the work in hand', 2, 23_000],
    ['and one of many, too', 100, 23_000],
  ])('%s', async (_title, left, ms) => {
    make(25_000);
    const signal = limits.turn(left);
    expect(await lengthOf(signal)).toBe(ms);
    expect(signal.reason).toMatchObject({ code: 'TIMEOUT', message: 'The time to stop in is up.' });
    expect(limits.all.aborted).toBe(false);
  });

  test('after the work in hand each has its part of half of what is kept back', async () => {
    make(25_000);
    await clock.advance(23_000);
    expect(await lengthOf(limits.turn(4))).toBe(250);
    expect(await lengthOf(limits.turn(3))).toBe(250);
    await clock.advance(200); // one that ends by itself
    expect(await lengthOf(limits.turn(1))).toBe(300);
    expect(limits.turn(1).aborted).toBe(true);
  });

  test('is shortened with all the rest', async () => {
    make(25_000);
    const signal = limits.turn(2);
    await clock.advance(1_000);
    limits.shorten(3_000);
    expect(await lengthOf(signal)).toBe(2_400);
  });

  test('one that is over takes no other with it', async () => {
    make(25_000);
    const first = limits.turn(2);
    const second = limits.turn(1);
    await clock.advance(25_000);
    expect([first.aborted, second.aborted]).toEqual([false, true]);
  });
});

describe('hold', () => {
  const late = (): Error => new Error('late');

  test('waits for a step beyond the limit, a moment only', async () => {
    make(1_000);
    const failed = jest.fn();
    void limits.hold(new Promise(() => undefined), late).catch(failed);
    await clock.advance(1_249);
    await settle();
    expect(failed).not.toHaveBeenCalled();
    await clock.advance(1);
    for (let i = 0; i < 5; i++) await settle();
    expect(failed).toHaveBeenCalledWith(new Error('late'));
  });

  test('a step that ends in that moment is in time', async () => {
    make(1_000);
    const step = new Promise<void>((resolve) => clock.after(1_200, resolve));
    const held = limits.hold(step, late);
    await clock.advance(1_200);
    await expect(held).resolves.toBeUndefined();
  });
});

test('while it runs the process lives', () => {
  const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  make(1_000);
  expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length).toBe(before + 1);
  limits.end();
  expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length).toBe(before);
});

test.each([
  [25_000, 5_000, { drainMs: 5_000, workMs: 18_000, keptBackMs: 2_000, overMs: 25_250 }],
  [25_000, 0, { drainMs: 0, workMs: 23_000, keptBackMs: 2_000, overMs: 25_250 }],
  [25_000, 60_000, { drainMs: 21_000, workMs: 2_000, keptBackMs: 2_000, overMs: 25_250 }],
  [5_000, 5_000, { drainMs: 3_000, workMs: 1_000, keptBackMs: 1_000, overMs: 5_250 }],
])('a stop of %d ms with a drain delay of %d ms is shared out', (timeoutMs, drainDelayMs, share) => {
  make(0);
  expect(shareOfStop(timeoutMs, drainDelayMs)).toEqual(share);
});
