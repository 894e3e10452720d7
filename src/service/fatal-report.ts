import { processRecord } from './process-record';

/** The exit code of a process whose configuration is wrong (EX_CONFIG of sysexits.h). */
export const exitCodeConfig = 78;
/** The exit code of a process that could not start. */
export const exitCodeStartFailed = 1;

/**
 * Lets an error end the process with its message as a report instead of a stack, and with this exit code: but only where nobody
 * catches it. Who catches it (a test, a supervisor) has an ordinary error in hand, and nothing happens.
 */
export function reportIfUncaught<E>(error: E, code: number): E {
  if (typeof error !== 'object' || error === null) return error;
  const record = processRecord();
  record.fatal.set(error, code);
  if (!record.fatalMonitor) {
    record.fatalMonitor = true;
    process.on('uncaughtExceptionMonitor', onUncaught);
  }
  return error;
}

/** The exit code that the process ends with when this error is uncaught; undefined: it is an error like any other. */
export function fatalCodeOf(error: unknown): number | undefined {
  return typeof error === 'object' && error !== null ? processRecord().fatal.get(error) : undefined;
}

/** Writes the message of an error, without its stack. */
export function writeReport(error: unknown): void {
  process.stderr.write(`${(error as Error).message}\n`);
}

function onUncaught(uncaught: unknown): void {
  const code = fatalCodeOf(uncaught);
  if (code === undefined || isHandled()) return;
  writeReport(uncaught);
  process.exit(code);
}

/** Somebody handles uncaught errors himself: it is theirs to decide what becomes of the process. */
function isHandled(): boolean {
  return process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback();
}
