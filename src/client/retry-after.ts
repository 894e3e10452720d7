/** A date as HTTP writes it; Date.parse alone takes nearly anything. */
const httpDate = /^[A-Z][a-z]{2}, .+ GMT$/;

/** More is a mistake or an attack: a day, in milliseconds. */
const longestMs = 24 * 3_600_000;

/**
 * Reads a Retry-After header (RFC 9110, 10.2.3), which is seconds or a date.
 *
 * @param wall the wall clock, in milliseconds since the epoch
 * @returns milliseconds to wait, at most a day; undefined when there is none or it is not valid
 */
export function retryAfterMs(header: string | undefined, wall: number): number | undefined {
  if (header === undefined || header.length > 40) return undefined;
  const seconds = /^\d{1,10}$/.test(header) ? Number(header) : Number.NaN;
  const ms = httpDate.test(header) ? Date.parse(header) - wall : seconds * 1_000;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), longestMs);
}
