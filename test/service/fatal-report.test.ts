import { KeelsonError } from '../../src/core';
import { exitCodeConfig, exitCodeStartFailed, fatalCodeOf, reportIfUncaught } from '../../src/service/fatal-report';
import { processRecord } from '../../src/service/process-record';

const monitor = 'uncaughtExceptionMonitor';
const exit = jest.spyOn(process, 'exit').mockImplementation(() => undefined as never);
const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);

afterEach(() => {
  exit.mockClear();
  written.mockClear();
});

afterAll(() => {
  exit.mockRestore();
  written.mockRestore();
  process.removeAllListeners(monitor);
});

function uncaught(error: unknown): void {
  (process as NodeJS.EventEmitter).emit(monitor, error, 'uncaughtException');
}

test('the exit codes are the documented ones', () => {
  expect([exitCodeConfig, exitCodeStartFailed]).toEqual([78, 1]);
});

test('gives back the very error, as it was', () => {
  const error = new KeelsonError('CONFIG_INVALID', 'wrong', { retryable: false });
  const { stack } = error;
  expect(reportIfUncaught(error, 78)).toBe(error);
  expect(error.stack).toBe(stack);
  expect(fatalCodeOf(error)).toBe(78);
});

test.each([[undefined], [null], ['text']])('%p cannot be told apart from others, so it stays what it is', (error) => {
  expect(reportIfUncaught(error, 78)).toBe(error);
  expect(fatalCodeOf(error)).toBeUndefined();
});

test('any number of errors adds one listener', () => {
  for (let i = 0; i < 50; i++) reportIfUncaught(new Error('wrong'), 78);
  expect(process.listenerCount(monitor)).toBe(1);
  expect(processRecord().fatalMonitor).toBe(true);
});

describe('an uncaught error', () => {
  test('of ours ends the process with its message and its code', () => {
    uncaught(reportIfUncaught(new Error('two lines\n  of report'), 78));
    expect(written.mock.calls).toEqual([['two lines\n  of report\n']]);
    expect(exit.mock.calls).toEqual([[78]]);
  });

  test.each([[new Error('another')], ['text'], [undefined]])('%p of somebody else is none of our business', (error) => {
    uncaught(error);
    expect(written).not.toHaveBeenCalled();
    expect(exit).not.toHaveBeenCalled();
  });

  test('is left to whom handles uncaught errors himself, by a listener or by a callback', () => {
    const error = reportIfUncaught(new Error('wrong'), 78);
    const own = (): void => undefined;
    process.on('uncaughtException', own);
    uncaught(error);
    process.off('uncaughtException', own);
    const callback = jest.spyOn(process, 'hasUncaughtExceptionCaptureCallback').mockReturnValue(true);
    uncaught(error);
    callback.mockRestore();
    expect(exit).not.toHaveBeenCalled();
    expect(written).not.toHaveBeenCalled();
    uncaught(error);
    expect(exit).toHaveBeenCalledWith(78);
  });
});
