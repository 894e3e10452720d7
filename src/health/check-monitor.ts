import { type Clock, KeelsonError, type Logger, runInScope, type Timer } from '../core';
import { answerOf, answerToThrown, type CheckAnswer } from './check-answer';
import { type CheckSeries } from './check-metrics';
import { type ComponentHealth } from './contract';
import { type ResolvedCheck } from './options';
import { type PlainDetails } from './plain-details';
import { type HealthStatus, isUp } from './status';

/** What the monitor of a check needs. */
export interface MonitorNeeds {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly series: CheckSeries;
  readonly plain: PlainDetails;
  /** Called when the check's status has changed, or its first result is there. */
  readonly changed: (monitor: CheckMonitor) => void;
}

/** One run of the check. `abandoned`: nobody waits for its result any more. */
interface Run {
  readonly controller: AbortController;
  readonly startedAt: number;
  abandoned: boolean;
}

/** Runs one check every interval and keeps what came of it. Never two runs at a time: one that hangs is waited for, its turns are skipped. */
export class CheckMonitor {
  readonly #check: ResolvedCheck;
  readonly #needs: MonitorNeeds;
  #life: 'idle' | 'running' | 'stopped' = 'idle';
  #run: Run | undefined;
  #limit: Timer | undefined;
  #next: Timer | undefined;
  #component: ComponentHealth = Object.freeze({ status: 'UNKNOWN' });
  #pending = true;
  #wasUp = false;
  #failures = 0;

  constructor(check: ResolvedCheck, needs: MonitorNeeds) {
    this.#check = check;
    this.#needs = needs;
  }

  get name(): string {
    return this.#check.name;
  }

  get groups(): readonly string[] {
    return this.#check.groups;
  }

  /** What is known about it. */
  get component(): ComponentHealth {
    return this.#component;
  }

  /** Is there no result yet? */
  get pending(): boolean {
    return this.#pending;
  }

  /**
   * Begins the first run at once.
   *
   * @param phase how much of an interval passes until the second run, 0 to 1: so that many checks do not all run at the same moment for ever
   */
  start(phase: number): void {
    if (this.#life !== 'idle') return;
    this.#life = 'running';
    // Outside any request: a check added by a handler must not inherit its deadline and trace.
    runInScope(undefined, () => this.#turn(this.#check.intervalMs * phase));
  }

  /** Ends it for good. A run that goes on in spite of its signal is forgotten. */
  stop(): void {
    this.#life = 'stopped';
    this.#next?.cancel();
    this.#limit?.cancel();
    const run = this.#run;
    if (run === undefined || run.abandoned) return;
    run.abandoned = true;
    run.controller.abort(new KeelsonError('STOPPED', `Health check ${this.name} was stopped`, { retryable: false }));
  }

  #turn(untilNextMs: number): void {
    this.#next = this.#needs.clock.after(untilNextMs, () => this.#turn(this.#check.intervalMs));
    const run = this.#run;
    if (run === undefined) this.#begin();
    else if (run.abandoned) this.#stillHangs(run);
  }

  #begin(): void {
    const run: Run = { controller: new AbortController(), startedAt: this.#needs.clock.now(), abandoned: false };
    this.#run = run;
    this.#limit = this.#needs.clock.after(this.#check.timeoutMs, () => this.#timeOut(run));
    void this.#follow(run);
  }

  async #follow(run: Run): Promise<void> {
    let answer: CheckAnswer;
    try {
      answer = answerOf(await this.#check.fn(run.controller.signal), this.#needs.plain);
    } catch (error) {
      answer = answerToThrown(error, this.#needs.plain);
    }
    this.#run = undefined;
    if (run.abandoned) return;
    this.#limit?.cancel();
    const durationMs = this.#needs.clock.now() - run.startedAt;
    this.#needs.series.took(durationMs);
    this.#conclude(answer, durationMs);
  }

  #timeOut(run: Run): void {
    run.abandoned = true;
    const { timeoutMs } = this.#check;
    const error = `timed out after ${timeoutMs} ms`;
    this.#needs.series.took(timeoutMs);
    this.#conclude({ status: 'DOWN', error }, timeoutMs);
    run.controller.abort(new KeelsonError('TIMEOUT', `Health check ${this.name} ${error}`, { retryable: true }));
  }

  #stillHangs(run: Run): void {
    const elapsedMs = this.#needs.clock.now() - run.startedAt;
    const error = `timed out after ${this.#check.timeoutMs} ms and still runs after ${Math.round(elapsedMs)} ms`;
    this.#conclude({ status: 'DOWN', error }, elapsedMs);
  }

  /** A success counts at once; a failure only when there were enough of them, or nothing but failures. */
  #conclude(answer: CheckAnswer, durationMs: number): void {
    const before = this.#component;
    this.#failures = answer.status === 'DOWN' ? this.#failures + 1 : 0;
    if (answer.status === 'UP') this.#wasUp = true;
    const tolerated = this.#failures > 0 && this.#wasUp && this.#failures < this.#check.failures;
    const status = tolerated ? before.status : answer.status;
    const details = answer.details ?? (tolerated ? before.details : undefined);
    this.#component = Object.freeze({
      status,
      ...(details !== undefined && { details }),
      checkedAt: new Date(this.#needs.clock.wall()).toISOString(),
      durationMs: Math.round(durationMs * 1000) / 1000,
      ...(answer.error !== undefined && { error: answer.error }),
      ...(this.#failures > 0 && { failures: this.#failures }),
    });
    this.#tell(before.status, status, answer);
  }

  #tell(before: HealthStatus, now: HealthStatus, answer: CheckAnswer): void {
    const news = this.#pending || before !== now;
    this.#pending = false;
    if (!news) return;
    this.#needs.series.is(isUp(now));
    const fields = { check: this.name, status: now, groups: this.groups };
    if (!isUp(now)) {
      const reason = answer.error ?? `answered ${now}`;
      const thrown = answer.thrown === undefined ? {} : { err: answer.thrown };
      this.#needs.logger.warn('health check is down', { ...fields, reason, ...thrown });
    } else if (!isUp(before)) this.#needs.logger.info('health check is restored', fields);
    this.#needs.changed(this);
  }
}
