import { cache, pipelineWith, type Attempt } from '../../src/resilience';
import { FakeClock } from '../support/fake-clock';
import { broken, listenersOf, seeded } from './support/failing-work';

/** What a caller got, and what it may expect: nothing older than the last write that was announced before it came. */
interface Answer {
  readonly got: number | undefined;
  readonly newestKnown: number;
}

/** Thousands of callers of three keys who come, give up and write at random, against an upstream that is slow and fails. */
async function run(seed: number, coalesce: boolean) {
  const clock = new FakeClock();
  const random = seeded(seed);
  const policy = cache({ ttlMs: 20, staleMs: 20, staleIfErrorMs: 40, coalesce, maxEntries: 2, refreshMs: 50 });
  const call = pipelineWith({ clock }, policy);
  const written = [0, 0, 0];
  const running = new Set<AbortSignal>();
  const callers: (() => number)[] = [];
  let executions = 0;

  const read =
    (key: number) =>
    ({ signal }: Attempt): Promise<number> => {
      executions += 1;
      running.add(signal);
      const seen = written[key] ?? -1;
      const fails = random() < 0.2;
      return new Promise<number>((resolve, reject) => {
        const end = (): void => {
          running.delete(signal);
          timer.cancel();
          signal.removeEventListener('abort', end);
          if (fails || signal.aborted) reject(broken());
          else resolve(seen);
        };
        const timer = clock.after(1 + random() * 15, end);
        signal.addEventListener('abort', end);
      });
    };

  const answers: Promise<Answer>[] = [];
  for (let step = 0; step < 1000; step += 1) {
    const key = Math.floor(random() * 3);
    const newestKnown = written[key] ?? -1;
    const caller = new AbortController();
    callers.push(listenersOf(caller.signal));
    const deadline = random() < 0.2 ? clock.now() + 1 + random() * 20 : undefined;
    const answer = call(read(key), { key: String(key), signal: caller.signal, deadline });
    answers.push(
      answer.then(
        (got) => ({ got, newestKnown }),
        () => ({ got: undefined, newestKnown }),
      ),
    );
    if (random() < 0.2) clock.after(random() * 20, () => caller.abort());
    if (random() < 0.05) {
      written[key] = (written[key] ?? 0) + 1;
      policy.invalidate(random() < 0.1 ? undefined : String(key));
    }
    await clock.advance(random() * 3);
  }
  await clock.advance(1000);
  return {
    answers: await Promise.all(answers),
    executions,
    left: { timers: clock.timers, running: running.size, listeners: callers.reduce((sum, count) => sum + count(), 0) },
  };
}

test.each([
  [1, true],
  [2, true],
  [3, false],
])(
  'whoever comes after a write never sees what was before it, and nothing is left behind (seed %p, coalesce: %p)',
  async (seed, coalesce) => {
    const { answers, executions, left } = await run(seed, coalesce);
    const answered = answers.filter(({ got }) => got !== undefined);
    expect(answered.filter(({ got, newestKnown }) => (got as number) < newestKnown)).toEqual([]);
    expect(answered.length).toBeGreaterThan(700);
    expect(executions).toBeLessThan(answers.length / 2);
    expect(left).toEqual({ timers: 0, running: 0, listeners: 0 });
  },
  60_000,
);
