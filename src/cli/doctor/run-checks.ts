import { within, type Clock } from '../../core';
import { acceptedBy, type Acceptance } from './acceptance';
import { failed, type Bench, type Check, type Outcome } from './contract';
import { type OwnedBench } from './bench';
import { startLimitMs } from './patient';

/** A line of the report. */
export interface CheckResult {
  readonly check: Check;
  readonly outcome: Outcome;
  /** What was found and is accepted, with the reason. */
  readonly accepted: readonly string[];
  readonly ms: number;
}

/** What checks are run with. */
export interface Examination {
  readonly bench: OwnedBench;
  readonly acceptance: Acceptance;
  readonly tell: { begin(check: Check): void; end(result: CheckResult): void };
  readonly clock: Clock;
  /** Somebody wants it to end. */
  readonly interrupted: AbortSignal;
  /** The report has taken as long as it may; the reason says so. */
  readonly timeUp: AbortSignal;
}

type Found = Pick<CheckResult, 'outcome' | 'accepted'>;

/** Runs the checks one after the other: each gets its time, and none sees what another left. */
export async function runChecks(checks: readonly Check[], how: Examination): Promise<readonly CheckResult[]> {
  const { bench, tell, clock, interrupted, timeUp } = how;
  const results: CheckResult[] = [];
  for (const check of checks) {
    if (interrupted.aborted) break;
    const from = clock.now();
    let found = leftOut(timeUp);
    if (!timeUp.aborted) {
      tell.begin(check);
      found = await foundBy(check, how);
      await bench.tidy();
    }
    const result = { check, ...found, ms: clock.now() - from };
    results.push(result);
    tell.end(result);
  }
  return results;
}

/** Has nothing failed, and was there time for everything? */
export function isSound(results: readonly CheckResult[]): boolean {
  return results.every(({ outcome }) => outcome.kind !== 'failed' && !('timeUp' in outcome));
}

function leftOut({ reason }: AbortSignal, when = ''): Found {
  const why = `${messageOf(reason)}${when}`;
  return { outcome: { kind: 'skipped', why, timeUp: true }, accepted: [] };
}

/** What a check throws is no finding: it proves nothing, so nobody can accept it. */
async function foundBy(check: Check, how: Examination): Promise<Found> {
  const { bench, acceptance, clock, interrupted, timeUp } = how;
  const limitMs = check.limitMs + startLimitMs;
  const over = new AbortController();
  const stopped = AbortSignal.any([interrupted, timeUp]);
  const until = AbortSignal.any([stopped, over.signal]);
  const late = (): Error =>
    new Error(interrupted.aborted ? 'It was interrupted.' : `It did not end within ${limitMs} ms.`);
  try {
    const outcome = await within(clock, limitMs, check.run(benchUntil(until, bench), until), late, stopped);
    return acceptedBy(acceptance, check.name, outcome);
  } catch (error) {
    if (timeUp.aborted && !interrupted.aborted) return leftOut(timeUp, ', while it was looked at');
    const remedy = 'Make the service start and answer; the other checks need that too.';
    return { outcome: failed(messageOf(error), remedy), accepted: [] };
  } finally {
    over.abort(new Error('The check is over.'));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A check that was given up goes on where it waits: what it then starts would be in the way of the next one. */
function benchUntil(over: AbortSignal, bench: Bench): Bench {
  const { facts, stub, secret } = bench;
  const shared: Bench['shared'] = async () => {
    over.throwIfAborted();
    return bench.shared();
  };
  const fresh: Bench['fresh'] = async (options) => {
    over.throwIfAborted();
    return bench.fresh(options);
  };
  return { facts, stub, secret, shared, fresh };
}
