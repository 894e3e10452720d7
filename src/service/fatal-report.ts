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

function onUncaught(uncaught: unknown): void {
  if (typeof uncaught !== 'object' || uncaught === null) return;
  const code = processRecord().fatal.get(uncaught);
  // Somebody handles uncaught errors himself: it is theirs to decide what becomes of the process.
  if (code === undefined || process.listenerCount('uncaughtException') > 0) return;
  process.stderr.write(`${(uncaught as Error).message}\n`);
  process.exit(code);
}
