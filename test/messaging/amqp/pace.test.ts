import { Pace } from '../../../src/messaging/amqp/pace';
import { FakeClock } from '../../support/fake-clock';

const signal = new AbortController().signal;

async function passed(pace: Pace, clock: FakeClock, count: number): Promise<number[]> {
  const begun = clock.now();
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    let over = false;
    const turn = pace.turn(signal).then(() => (over = true));
    await clock.advance(0);
    while (!over) await clock.advance(1);
    await turn;
    times.push(clock.now() - begun);
  }
  return times;
}

test('lets through so many a second, evenly', async () => {
  const clock = new FakeClock();
  expect(await passed(new Pace(clock, 50), clock, 5)).toEqual([0, 20, 40, 60, 80]);
  expect(clock.timers).toBe(0);
});

test('more than a thousand a second keep their number', async () => {
  const clock = new FakeClock();
  const times = await passed(new Pace(clock, 4_000), clock, 401);
  expect(times.at(-1)).toBe(100);
});

test('after a pause there is no burst', async () => {
  const clock = new FakeClock();
  const pace = new Pace(clock, 10);
  await pace.turn(signal);
  await clock.advance(10_000);
  expect(await passed(pace, clock, 3)).toEqual([0, 80, 180]);
});

test('without a rate nobody waits', async () => {
  const clock = new FakeClock();
  expect(await passed(new Pace(clock, Infinity), clock, 1_000)).toEqual(Array.from({ length: 1_000 }, () => 0));
});

test('an abort lets through at once', async () => {
  const clock = new FakeClock();
  const pace = new Pace(clock, 1);
  const abort = new AbortController();
  await pace.turn(abort.signal);
  const turn = pace.turn(abort.signal);
  abort.abort();
  await turn;
  await pace.turn(abort.signal);
  expect(clock.timers).toBe(0);
});
