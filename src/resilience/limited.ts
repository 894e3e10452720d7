import { KeelsonError } from '../core';
import { type Call } from './call';

/**
 * Runs a part of a call that must end within `ms`. When it does not, the part is given up with the error of `late`, which is also what comes of it;
 * the work is told by its signal and its result, should there be one, is dropped.
 */
export function limited<T>(
  part: Call,
  ms: number,
  next: (call: Call) => Promise<T>,
  late: () => KeelsonError,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = part.clock.after(ms, () => {
      const error = late();
      part.abort(error);
      reject(error);
    });
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
