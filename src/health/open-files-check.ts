import { type CheckFunction } from '../core';

/** Of the process, of the system. */
const exhausted: readonly unknown[] = Object.freeze(['EMFILE', 'ENFILE']);

/**
 * A check that is OUT_OF_SERVICE while the process can open no file. Then it cannot take connections either: libuv closes each new one without a
 * word, so that neither the log nor a counter knows, while those that are open work on. Fit for the group `readiness`. On Linux; elsewhere always UP.
 */
export function openFilesCheck(): CheckFunction {
  return () => {
    try {
      // On Linux this opens a file of /proc: as good a try as any, and it touches no disk.
      process.memoryUsage.rss();
      return { status: 'UP' };
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (!exhausted.includes(code)) throw error;
      return { status: 'OUT_OF_SERVICE', details: { code } };
    }
  };
}
