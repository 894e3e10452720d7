import { systemClock, within } from '../../core';
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

/** Runs the checks one after the other: each gets its time, and none sees what another left. */
export async function runChecks(
  checks: readonly Check[],
  bench: OwnedBench,
  acceptance: Acceptance,
  tell: { begin(check: Check): void; end(result: CheckResult): void },
  signal: AbortSignal,
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) {
    if (signal.aborted) break;
    tell.begin(check);
    const from = systemClock.now();
    const found = await foundBy(check, bench, acceptance, signal);
    await bench.tidy();
    const result = { check, ...found, ms: systemClock.now() - from };
    results.push(result);
    tell.end(result);
  }
  return results;
}

/** What a check throws is no finding: it proves nothing, so nobody can accept it. */
async function foundBy(
  check: Check,
  bench: OwnedBench,
  acceptance: Acceptance,
  signal: AbortSignal,
): Promise<Pick<CheckResult, 'outcome' | 'accepted'>> {
  const limitMs = check.limitMs + startLimitMs;
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  try {
    const late = (): Error => new Error(`It did not end within ${limitMs} ms.`);
    const outcome = await within(systemClock, limitMs, check.run(benchUntil(until, bench), until), late, signal);
    return acceptedBy(acceptance, check.name, outcome);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const remedy = 'Make the service start and answer; the other checks need that too.';
    return { outcome: failed(message, remedy), accepted: [] };
  } finally {
    over.abort(new Error('The check is over.'));
  }
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
