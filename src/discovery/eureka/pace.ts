const firstRetryMs = 1000;

/**
 * When to come again: after the interval while all is well, sooner after failures, twice as long after each. A little at random, so that services that
 * lost the registry together do not come back together; never later than the interval.
 *
 * @param failures in a row
 * @param random 0 to below 1
 */
export function paceMs(intervalMs: number, failures: number, random: number): number {
  if (failures === 0) return intervalMs * (0.9 + random / 10);
  return Math.min(intervalMs, firstRetryMs * 2 ** (failures - 1)) * (0.5 + random / 2);
}
