import { isKeelsonError } from '../core';
import { type Attempt, type Call } from './call';
import { causedBy, judged } from './caused-by';
import { outcomeCounters, type NamedOptions } from './named';
import { functionOr, requireFunction } from './option-checks';
import { type Policy } from './policy';

/** What a fallback is told of the call that failed. */
export interface FailedCall extends Attempt {
  /** The key that the call was made with. */
  readonly key: string | undefined;
  /** What the call is about, as `run` was told. */
  readonly subject: unknown;
}

/** Options of {@link fallback}. */
export interface FallbackOptions extends NamedOptions {
  /** Does it stand in for this error? @default for every error */
  readonly if?: (error: unknown) => boolean;
}

/**
 * Answers for a call that failed: what `answer` returns is what comes of it. It never runs for a call that its caller gave up (ABORTED), because nobody would see the
 * answer. Only the policies within it are covered, so it belongs outermost.
 *
 * @throws what `answer` throws, with the first error as its cause; CONFIG_INVALID when an option is invalid
 */
export function fallback<Added>(
  answer: (error: unknown, call: FailedCall) => Added | PromiseLike<Added>,
  options: FallbackOptions = {},
): Policy<Added> {
  requireFunction('fallback', 'answer', answer);
  const covers = functionOr('fallback', 'if', options.if, () => true);
  const calls = outcomeCounters('fallback', options, metric, ['answered', 'failed']);
  const standIn = async (error: unknown, call: Call): Promise<Added> => {
    let value: Added;
    try {
      value = await answer(error, call);
    } catch (failure) {
      calls.failed.inc();
      throw causedBy(failure, error);
    }
    calls.answered.inc();
    return value;
  };
  return async (call, next) => {
    try {
      return await next(call);
    } catch (error) {
      if (call.aborted || isKeelsonError(error, 'ABORTED') || !judged(covers, error)) throw error;
      return standIn(error, call);
    }
  };
}

const metric = {
  name: 'keelson_fallback_total',
  help: 'Calls that failed and had a fallback: answered by it, or failed because it failed too.',
};
