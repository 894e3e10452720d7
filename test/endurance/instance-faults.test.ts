import { createClient } from '../../src/client';
import { type BreakerChange } from '../../src/resilience';
import { endPrograms } from '../support/program';
import { afterMs, callOften, failed, slowest, type Called } from '../system/faults/support/call-often';
import { seconds, sleep } from '../system/faults/support/life';
import { percentile } from '../system/faults/support/steady-caller';
import {
  clientOf,
  startMany,
  startToggled,
  urlsOf,
  type Attempted,
  type Toggled,
} from '../system/faults/support/toggled';
import { heldFault, type HeldRun } from './support/held-fault';

/** How long an instance is left out the first time, unless somebody says otherwise, and a breaker is open. In milliseconds. */
const halfMinute = 30_000;
/** Trials come so much later at most than they might: somebody must call, and the instance must be chosen. In milliseconds. */
const lateMs = 3_000;

afterAll(endPrograms);

/** In the order in which they ended. */
function failuresOf(attempts: readonly Attempted[], { id }: Toggled): Attempted[] {
  return attempts.filter((one) => one.id === id && one.outcome === 'failure');
}

/** How long after the one before each trial ended, in milliseconds. `first` failures led to the first ejection. */
function gapsOf(failures: readonly Attempted[], first: number): number[] {
  const times = failures.slice(first - 1).map(({ at }) => at);
  return times.slice(1).map((at, i) => at - (times[i] as number));
}

/** What an instance has. */
interface Sickness {
  readonly row: string;
  readonly what: string;
  /** Do callers see it? A 500 is not repeated: it may have been carried out. */
  readonly visible: boolean;
  readonly sicken: (victim: Toggled) => Promise<void>;
  readonly heal: (victim: Toggled) => Promise<void>;
}

/** What came of it. */
interface Sick {
  readonly failures: readonly Attempted[];
  readonly called: readonly Called[];
  /** The failures that came in the first seconds. */
  readonly first: number;
  /** Its share of the calls of the last half minute. */
  readonly share: number;
}

/** Makes the first of three instances sick for 200 s, in which it is tried after 30, 90 and 180 s, and calls on until it is back after 300 s. */
async function sickFor200s({ closeLater }: HeldRun, { sicken, heal }: Sickness): Promise<Sick> {
  const instances = await startMany(3);
  const [victim] = instances as [Toggled];
  for (const one of instances) await one.mode(200, 5);
  const watched = await clientOf(urlsOf(instances), { attemptTimeoutMs: 500 });
  closeLater(() => watched.client.close());
  const call = (ms: number): Promise<Called[]> => callOften(() => watched.client.get('/'), 3, afterMs(ms), 20);
  await call(3_000);
  await sicken(victim);
  const called = await call(10_000);
  const first = failuresOf(watched.attempts, victim).length;
  called.push(...(await call(190_000)));
  await heal(victim);
  called.push(...(await call(105_000)));
  const before = watched.attempts.length;
  called.push(...(await call(halfMinute)));
  const last = watched.attempts.slice(before);
  const share = last.filter(({ id }) => id === victim.id).length / last.length;
  for (const { program } of instances) program.kill('SIGKILL');
  return { failures: failuresOf(watched.attempts, victim), called, first, share };
}

const sicknesses: readonly Sickness[] = [
  {
    row: '57',
    what: 'frozen with SIGSTOP',
    visible: false,
    sicken: ({ program }) => Promise.resolve(void program.kill('SIGSTOP')),
    heal: ({ program }) => Promise.resolve(void program.kill('SIGCONT')),
  },
  {
    row: '58',
    what: 'answering 500',
    visible: true,
    sicken: (one) => one.mode(500, 5),
    heal: (one) => one.mode(200, 5),
  },
];

for (const sickness of sicknesses) {
  const { row, what, visible } = sickness;
  heldFault(row, `one of three instances is ${what} for 200 s, and then is well again`, async (held) => {
    const { failures, called, first, share } = await sickFor200s(held, sickness);
    const gaps = gapsOf(failures, first);
    const most = visible ? first + 3 : 0;
    held.report(
      `${failed(called).length} of ${called.length} GETs failed, limit ${most}; ${first} attempts failed before it was left out, limit 5 and the 2 under way; it was tried again after ${gaps.map(seconds).join(', ')}, due after 30, 60 and 90 s; it got ${(share * 3).toFixed(2)} times its fair share afterwards`,
    );
    expect(failed(called).length).toBeLessThanOrEqual(most);
    expect(first).toBeLessThanOrEqual(7);
    expect(gaps).toHaveLength(3);
    gaps.forEach((gap, i) => {
      expect(gap).toBeGreaterThanOrEqual(halfMinute * (i + 1) - 100);
      expect(gap).toBeLessThanOrEqual(halfMinute * (i + 1) + lateMs);
    });
    expect(share * 3).toBeGreaterThan(0.5);
  });
}

heldFault(
  '70 and 71',
  'the only instance answers 503 for five minutes behind a breaker as it is by default',
  async (held) => {
    const upstream = await startToggled();
    let stoodIn = 0;
    const fallback = (): string => `from the shelf ${(stoodIn += 1)}`;
    const client = createClient(`http://127.0.0.1:${upstream.port}`, { fallback, retry: false });
    held.closeLater(() => client.close());
    const changes: BreakerChange[] = [];
    client.breaker?.on('change', (change) => void changes.push(change));
    const call = (ms: number): Promise<Called[]> => callOften(() => client.get('/'), 20, afterMs(ms), 50);
    await call(3_000);
    await upstream.mode(503, 100); // a trial takes long enough for others to come meanwhile
    const before = await call(15_000);
    expect(client.breaker?.state).toBe('open');
    const asked = await upstream.asked();
    const opened = performance.now();
    stoodIn = 0;
    const called = await call(5 * 60_000 - (performance.now() - opened));
    const trials = (await upstream.asked()) - asked;
    const halfOpen = changes.filter(({ to }) => to === 'half-open').length;
    const shelf = stoodIn;
    await upstream.mode(200);
    await call(halfMinute + 1_000);
    await sleep(100);
    stoodIn = 0;
    const well = await call(5_000);
    upstream.program.kill('SIGKILL');
    const p99 = percentile(
      called.map(({ ms }) => ms),
      0.99,
    );
    held.report(
      `${trials} of ${called.length} calls went through in 300 s, one for each of ${halfOpen} half-open states; ${shelf} answered by the fallback, p99 ${p99.toFixed(2)} ms, limit 5 ms; closed again within ${seconds(halfMinute + 1_000)} of its being well`,
    );
    expect(failed([...before, ...called, ...well])).toEqual([]);
    expect([trials, shelf]).toEqual([halfOpen, called.length]);
    expect(trials).toBeGreaterThanOrEqual(9);
    expect([client.breaker?.state, stoodIn]).toEqual(['closed', 0]);
    expect(p99).toBeLessThanOrEqual(5);
    expect(slowest(called)).toBeLessThan(1_000);
  },
);
