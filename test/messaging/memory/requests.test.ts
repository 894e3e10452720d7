import { type Reply } from '../../../src/messaging';
import { full } from '../../../src/messaging/memory/refusals';
import { Requests } from '../../../src/messaging/memory/requests';
import { FakeClock } from '../../support/fake-clock';
import { envelope, limits } from './parcels';

const reply = { ok: true, body: Buffer.from('1') };

function make(): {
  clock: FakeClock;
  requests: Requests;
  answers: ((reply: Reply) => void)[];
  ask: (ms?: number, signal?: AbortSignal) => Promise<string>;
} {
  const clock = new FakeClock();
  const requests = new Requests(clock);
  const answers: ((reply: Reply) => void)[] = [];
  const ask = (ms?: number, signal?: AbortSignal): Promise<string> =>
    requests
      .wait(
        envelope({ deadline: ms === undefined ? undefined : clock.wall() + ms }),
        limits({ signal, timeoutMs: 70 }),
        (answer) => void answers.push(answer),
      )
      .then(
        () => `replied@${clock.now() % 1000}`,
        (error: { code: string }) => `${error.code}@${clock.now() % 1000}`,
      );
  return { clock, requests, answers, ask };
}

test('each ends with its reply or at its deadline, by one timer', async () => {
  const { clock, requests, answers, ask } = make();
  const all = [ask(50), ask(20), ask(30), ask()];
  expect([clock.timers, requests.length]).toEqual([1, 4]);
  answers[2]?.(reply);
  await clock.advance(100);
  expect(await Promise.all(all)).toEqual(['TIMEOUT@50', 'TIMEOUT@20', 'replied@0', 'TIMEOUT@70']);
  expect([clock.timers, requests.length]).toEqual([0, 0]);
});

test('with the last reply the timer goes; a second reply is nothing', async () => {
  const { clock, answers, ask } = make();
  const one = ask(50);
  answers[0]?.(reply);
  answers[0]?.(reply);
  expect(await one).toBe('replied@0');
  expect(clock.timers).toBe(0);
});

test('the wall clock may jump meanwhile', async () => {
  const { clock, ask } = make();
  const one = ask(50);
  clock.jumpWall(-3_600_000);
  await clock.advance(50);
  expect(await one).toBe('TIMEOUT@50');
});

test('what was not taken is not waited for', async () => {
  const { clock, requests } = make();
  const refused = requests.wait(envelope(), limits(), () => full('q'));
  await expect(refused).rejects.toMatchObject({ code: 'PUBLISH_NACKED' });
  expect([clock.timers, requests.length]).toEqual([0, 0]);
});

test('a signal is listened to no longer than there is something to give up', async () => {
  const { answers, ask, requests } = make();
  const controller = new AbortController();
  const [added, removed] = ['addEventListener', 'removeEventListener'].map((name) =>
    jest.spyOn(controller.signal, name as 'addEventListener'),
  );
  const [first, second] = [ask(50, controller.signal), ask(50, controller.signal)];
  answers[0]?.(reply);
  expect([added?.mock.calls.length, removed?.mock.calls.length]).toEqual([2, 1]);
  controller.abort();
  expect([await first, await second]).toEqual(['replied@0', 'ABORTED@0']);
  requests.close();
});

test('a close ends them all', async () => {
  const { clock, requests, ask } = make();
  const all = [ask(50), ask(60)];
  requests.close();
  expect(await Promise.all(all)).toEqual(['STOPPED@0', 'STOPPED@0']);
  expect(clock.timers).toBe(0);
});
