import { eventually } from '../../support/eventually';
import { endPrograms } from '../../support/program';
import { fault } from './support/fault';
import { JobWorkers, publishJobs } from './support/job-workers';
import { MessagingStand, withBroker } from './support/messaging-stand';

const stand = new MessagingStand();
const all: JobWorkers[] = [];
const atOnce = 3;
const prefetch = 100;

afterEach(() => stand.clear());
afterAll(async () => {
  endPrograms();
  for (const workers of all) workers.remove();
  await stand.end();
});

async function workersOf(event: string): Promise<JobWorkers> {
  const workers = new JobWorkers(event, (await stand.rabbit()).url);
  all.push(workers);
  await workers.start(atOnce);
  return workers;
}

/** What was confirmed and is not done after all; waits for it as long as it goes on. */
async function lostOf(workers: JobWorkers, confirmed: ReadonlySet<string>): Promise<number> {
  const missing = (): number => {
    const done = new Set(workers.handled());
    return [...confirmed].filter((n) => !done.has(n)).length;
  };
  await eventually(() => missing() === 0 || undefined, 'all are done', 30_000).catch(() => undefined);
  return missing();
}

function repeated(workers: JobWorkers): number {
  const done = workers.handled();
  return done.length - new Set(done).size;
}

fault(
  85,
  'the processes that take 20,000 jobs are killed with -9 in turn, eight times',
  'no job is lost; only what a killed process held is done again',
  async (report) => {
    const [jobs, kills] = [20_000, 8];
    const workers = await workersOf('jobs.killed');
    const publisher = await stand.make({ source: 'shop' });
    const begun = performance.now();
    const publishing = publishJobs(publisher, workers.event, jobs);
    for (let kill = 1; kill <= kills; kill++) {
      await workers.handledSo((jobs * kill) / (kills + 2));
      await workers.killOldest();
      await workers.start(1);
    }
    const confirmed = await publishing;
    const lost = await lostOf(workers, confirmed);
    const seconds = (performance.now() - begun) / 1_000;
    const twice = repeated(workers);
    await workers.terminate();
    report(`${lost} of ${confirmed.size} lost (limit 0), ${twice} done twice (limit ${kills * prefetch})`);
    report(`${Math.round(jobs / seconds)} a second with the kills`);
    expect([confirmed.size, lost]).toEqual([jobs, 0]);
    expect(twice).toBeLessThanOrEqual(kills * prefetch);
  },
  withBroker,
);

fault(
  85,
  'all processes that take 20,000 jobs get SIGTERM under load, three times',
  'no job is lost, none is done twice',
  async (report) => {
    const [jobs, rounds] = [20_000, 3];
    const workers = await workersOf('jobs.terminated');
    const publisher = await stand.make({ source: 'shop' });
    const publishing = publishJobs(publisher, workers.event, jobs);
    const codes: (number | null)[] = [];
    let slowest = 0;
    for (let round = 1; round <= rounds; round++) {
      await workers.handledSo((jobs * round) / (rounds + 2));
      const asked = performance.now();
      for (const { code, at } of await workers.terminate()) {
        codes.push(code);
        slowest = Math.max(slowest, at - asked);
      }
      await workers.start(atOnce);
    }
    const confirmed = await publishing;
    const lost = await lostOf(workers, confirmed);
    const twice = repeated(workers);
    await workers.terminate();
    report(`${lost} of ${confirmed.size} lost, ${twice} done twice (limit 0)`);
    report(`${codes.length} processes ended with code ${[...new Set(codes)].join()}, within ${Math.round(slowest)} ms`);
    expect([confirmed.size, lost, twice]).toEqual([jobs, 0, 0]);
    expect(new Set(codes)).toEqual(new Set([0]));
  },
  withBroker,
);
