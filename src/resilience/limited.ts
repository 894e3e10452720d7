import { KeelsonError } from '../core';
import { type Call } from './call';
import { type LimitLine } from './limit-line';

/**
 * Runs a part of a call that must end within `ms`. When it does not, the part is given up with the error of `late`, which is also what comes of it;
 * the work is told by its signal and its result, should there be one, is dropped.
 *
 * @param line what all limits of this length share; the part's own deadline is when it ends then
 */
export function limited<T>(
  part: Call,
  ms: number,
  next: (call: Call) => Promise<T>,
  late: () => KeelsonError,
  line?: LimitLine,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const tooLate = (): void => {
      const error = late();
      part.abort(error);
      reject(error);
    };
    const timer = line === undefined ? part.clock.after(ms, tooLate) : line.begin(part.deadline ?? Infinity, tooLate);
    const over = (): void => {
      timer.cancel();
      part.end();
    };
    const failed = (error: Error): void => {
      over();
      reject(error);
    };
    try {
      next(part).then((value) => {
        over();
        resolve(value);
      }, failed);
    } catch (error) {
      failed(error as Error);
    }
  });
}

/** The deadline of the whole call has passed. */
export function deadlineExceeded(): KeelsonError {
  return new KeelsonError('DEADLINE_EXCEEDED', 'The deadline of the call has passed.', { retryable: false });
}
