import { systemClock, within } from '../../core';
import { acceptedBy, type Acceptance } from './acceptance';
import { failed, type Check, type Outcome } from './contract';
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
    const found = await outcomeOf(check, bench, signal);
    await bench.tidy();
    const result = { check, ...acceptedBy(acceptance, check.name, found), ms: systemClock.now() - from };
    results.push(result);
    tell.end(result);
  }
  return results;
}

async function outcomeOf(check: Check, bench: OwnedBench, signal: AbortSignal): Promise<Outcome> {
  const limitMs = check.limitMs + startLimitMs;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  try {
    const late = (): Error => new Error(`It did not end within ${limitMs} ms.`);
    return await within(systemClock, limitMs, check.run(bench, limit), late, signal);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return failed(message, 'Make the service start and answer; the other checks need that too.');
  }
}
