import { StopLimits } from '../../src/service/stop-limits';
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
