import { outlierEjection } from '../../../src/discovery';
import { endPrograms } from '../../support/program';
import { after, afterMs, callOften, failed, slowest, type Called } from './support/call-often';
import { fault } from './support/fault';
import { seconds, sleep } from './support/life';
import { percentile } from './support/steady-caller';
import { clientOf, startMany, startToggled, urlsOf, type Toggled, type Watched } from './support/toggled';

const watched: Watched[] = [];

afterEach(async () => {
  endPrograms(); // first: what is frozen would hold up the end of the clients
  await Promise.all(watched.splice(0).map(({ client }) => client.close()));
});

async function caller(...how: Parameters<typeof clientOf>): Promise<Watched> {
  const one = await clientOf(...how);
  watched.push(one);
  return one;
}

const failures = ({ attempts }: Watched, { id }: Toggled): number =>
  attempts.filter((one) => one.id === id && one.outcome === 'failure').length;

fault(
  56,
  'one of three instances is killed with -9 while calls run, and the registry goes on listing it',
  'no GET fails, of the POSTs at most one of each of 8 callers; it is left out',
  async (report) => {
    const instances = await startMany(3);
    const [victim] = instances as [Toggled];
    for (const one of instances) await one.mode(200, 5);
    const gets = await caller(urlsOf(instances));
    const posts = await caller(urlsOf(instances));
    const workers = 8;
    const over = afterMs(2_500);
    const running = [
      callOften(() => gets.client.get('/'), workers, over),
      callOften(() => posts.client.post('/', { n: 1 }), workers, over),
    ] as const;
    await sleep(1_000);
    victim.program.kill('SIGKILL');
    const underWay = posts.underWay(victim.id);
    const [got, posted] = await Promise.all(running);

    const [failedGets, failedPosts] = [failed(got), failed(posted)];
    report(`${failedGets.length} of ${got.length} GETs failed, limit 0`);
    report(
      `${failedPosts.length} of ${posted.length} POSTs failed, limit ${workers} (${underWay} were under way there)`,
    );
    report(
      `${failures(gets, victim)} attempts of GETs failed on it before it was left out, limit 5 and those under way`,
    );
    expect(failedGets).toEqual([]);
    expect(failedPosts.length).toBeLessThanOrEqual(workers);
    for (const one of [gets, posts]) expect(failures(one, victim)).toBeLessThanOrEqual(5 + workers);
  },
);

fault(
  57,
  'one of three instances is frozen with SIGSTOP behind four clients',
  'at most 5 calls of each are slow and those under way beside, and in one of at most five windows the p99 is 1.2 times that of before',
  async (report) => {
    const instances = await startMany(3);
    const [victim] = instances as [Toggled];
    for (const one of instances) await one.mode(200, 40);
    const options = { attemptTimeoutMs: 500, retry: { backoff: { initialMs: 1 } } };
    const clients = await Promise.all([1, 2, 3, 4].map(() => caller(urlsOf(instances), options)));
    const window = (): Promise<Called[][]> =>
      Promise.all(clients.map(({ client }) => callOften(() => client.get('/'), 3, after(200))));
    const p99 = (called: Called[][]): number =>
      percentile(
        called.flat().map(({ ms }) => ms),
        0.99,
      );
    await Promise.all(clients.map(({ client }) => callOften(() => client.get('/'), 3, after(30))));
    const before = p99([...(await window()), ...(await window())]);

    victim.program.kill('SIGSTOP');
    const all = [await window()];
    const ratios: number[] = [];
    do {
      const called = await window();
      all.push(called);
      ratios.push(p99(called) / before);
    } while ((ratios.at(-1) as number) > 1.2 && ratios.length < 5);
    const most = Math.max(...clients.map((one) => failures(one, victim)));
    const failedCalls = failed(all.flat(2));
    report(
      `${most} calls of a client met it at most, limit 5 and the 2 under way beside; ${failedCalls.length} of ${all.flat(2).length} failed, limit 0`,
    );
    report(
      `p99 ${(ratios.at(-1) as number).toFixed(2)} times that of before (${before.toFixed(0)} ms), limit 1.2; window ${ratios.length} of 5`,
    );
    expect(failedCalls).toEqual([]);
    expect(most).toBeLessThanOrEqual(7);
    expect(ratios.at(-1)).toBeLessThanOrEqual(1.2);
  },
);

fault(
  58,
  'one of three instances answers 500 to everything, and then is well again',
  'it is left out after 5 failures, and tried again',
  async (report) => {
    const instances = await startMany(3);
    const [victim] = instances as [Toggled];
    for (const one of instances) await one.mode(200, 5);
    const balancer = outlierEjection({ ejectMs: 3_000 });
    const one = await caller(urlsOf(instances), { retry: false }, balancer);
    const get = (): Promise<unknown> => one.client.get('/');
    await callOften(get, 4, after(200));
    await victim.mode(500, 5);
    const first = await callOften(get, 4, afterMs(2_000));
    const second = await callOften(get, 4, afterMs(2_000));
    await victim.mode(200, 5);
    const asked = await victim.asked();
    const since = performance.now();
    const end = afterMs(15_000); // its second time out is twice as long
    let again = 0;
    while (again === 0 && !end()) {
      await callOften(get, 4, after(50));
      again = (await victim.asked()) - asked;
    }
    const backMs = performance.now() - since;

    const share = failed(second).length / second.length;
    report(`${failed(first).length} failures in the first 2 s, limit 8 (5 and those under way)`);
    report(
      `${(share * 100).toFixed(2)} % of ${second.length} calls failed after 2 s, limit 1 %; tried again ${seconds(backMs)} after it was well, limit 15 s`,
    );
    expect(failed(first).length).toBeLessThanOrEqual(8);
    expect(share).toBeLessThanOrEqual(0.01);
    expect(again).toBeGreaterThan(0);
  },
);

fault(
  59,
  'all three instances are frozen, answer 503, and are well again',
  'they are tried all the same, each call ends in its time, and the first one after it is answered',
  async (report) => {
    const instances = await startMany(3);
    const options = { timeoutMs: 800, attemptTimeoutMs: 200, breaker: false } as const;
    const { client } = await caller(urlsOf(instances), options);
    const get = (): Promise<unknown> => client.get('/');
    await callOften(get, 4, after(100));
    for (const { program } of instances) program.kill('SIGSTOP');
    const frozen = await callOften(get, 4, afterMs(2_500));
    for (const { program } of instances) program.kill('SIGCONT');
    for (const one of instances) await one.mode(503);
    const before = await Promise.all(instances.map((one) => one.asked()));
    const bad = await callOften(get, 4, after(40));
    const asked = (await Promise.all(instances.map((one) => one.asked()))).map(
      (count, i) => count - (before[i] as number),
    );
    for (const one of instances) await one.mode(200);
    const well = await callOften(get, 4, after(100));

    const p99 = percentile(
      [...frozen, ...bad].map(({ ms }) => ms),
      0.99,
    );
    const attempts = asked.reduce((sum, count) => sum + count);
    report(
      `p99 ${p99.toFixed(0)} ms of ${frozen.length + bad.length} calls, limit 800 ms + 100; ${attempts} attempts for 40 calls at 503`,
    );
    report(`${failed(well).length} of ${well.length} failed once they were well, limit 0`);
    expect(failed([...frozen, ...bad])).toHaveLength(frozen.length + bad.length);
    expect(p99).toBeLessThanOrEqual(900);
    expect(attempts).toBeGreaterThanOrEqual(40);
    expect(failed(well)).toEqual([]);
  },
);

fault(60, 'one of four instances is ten times slower', 'it gets half of its fair share at most', async (report) => {
  const instances = await startMany(4);
  const [victim] = instances as [Toggled];
  for (const one of instances) await one.mode(200, one === victim ? 100 : 10);
  const one = await caller(urlsOf(instances));
  await callOften(() => one.client.get('/'), 16, after(200));
  one.attempts.length = 0;
  const called = await callOften(() => one.client.get('/'), 16, after(3_000));
  const share = one.attempts.filter(({ id }) => id === victim.id).length / one.attempts.length;
  report(`${(share / 0.25).toFixed(2)} times its fair share of ${called.length} calls, limit 0.5`);
  expect(failed(called)).toEqual([]);
  expect(share).toBeLessThanOrEqual(0.125);
  expect(slowest(called)).toBeLessThan(3_000);
});

fault(
  61,
  'a single instance is killed and started again on the same port, ten times, with 8 connections kept to the former one',
  'no GET fails, without a retry policy',
  async (report) => {
    let instance = await startToggled();
    const { client } = await caller(urlsOf([instance]), { retry: false, keepAliveMs: 20_000 });
    const called = await callOften(() => client.get('/'), 8, after(100));
    for (let i = 0; i < 10; i += 1) {
      instance.program.kill('SIGKILL');
      await instance.program.ended;
      instance = await startToggled(instance.port);
      called.push(...(await callOften(() => client.get('/'), 8, after(100))));
    }
    report(`${failed(called).length} of ${called.length} GETs failed over 10 restarts, limit 0`);
    expect(failed(called)).toEqual([]);
  },
);
