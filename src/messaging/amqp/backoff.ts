const firstMs = 100;
const longestMs = 1_000;

/**
 * How long to wait before the next attempt to connect: at random up to 100 ms at first, up to 1 s later, so that the clients of a broker that comes back
 * do not come all at once. A broker that refuses the login is not asked more than once a second.
 *
 * @param failures in a row, 1 or more
 * @param random 0 to below 1
 */
export function backoffMs(failures: number, refused: boolean, random: number): number {
  if (refused) return longestMs * (1 + random);
  const most = Math.min(longestMs, firstMs * 2 ** (failures - 1));
  return Math.max(10, most * random);
}

const firstFailedMs = 1_000;
const longestFailedMs = 30_000;

/** The same for what fails until somebody changes something at the broker: 1 s at first, 30 s later. */
export function failedBackoffMs(failures: number): number {
  return Math.min(longestFailedMs, firstFailedMs * 2 ** (failures - 1));
}
