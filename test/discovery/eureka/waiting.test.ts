import { Waiting } from '../../../src/discovery/eureka/waiting';
import { FakeClock, settle } from '../../support/fake-clock';

test('ends when it has come, when time is up, when the signal aborts; leaves nothing behind', async () => {
  const clock = new FakeClock();
  const waiting = new Waiting(clock);
  const ended: string[] = [];
  const abort = new AbortController();
  const removed = jest.spyOn(abort.signal, 'removeEventListener');
  void waiting.wait(undefined, undefined).then(() => ended.push('all'));
  void waiting.wait(100, undefined).then(() => ended.push('time'));
  void waiting.wait(1000, abort.signal).then(() => ended.push('signal'));
  await clock.advance(100);
  expect(ended).toEqual(['time']);
  abort.abort();
  await settle();
  expect(ended).toEqual(['time', 'signal']);
  waiting.over();
  await settle();
  expect(ended).toEqual(['time', 'signal', 'all']);
  expect(clock.timers).toBe(0);
  expect(removed).toHaveBeenCalledTimes(1);
});

test('what has come is not waited for, nor does who was aborted or has no time wait', async () => {
  const clock = new FakeClock();
  const waiting = new Waiting(clock);
  await waiting.wait(1000, AbortSignal.abort());
  await waiting.wait(0, undefined);
  waiting.over();
  await waiting.wait(1000, undefined);
  expect(clock.timers).toBe(0);
});
