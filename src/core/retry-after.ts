/** A date as HTTP writes it; Date.parse alone takes nearly anything. */
const httpDate = /^[A-Z][a-z]{2}, .+ GMT$/;

/**
 * Reads a Retry-After header (RFC 9110, 10.2.3), which is seconds or a date.
 *
 * @param now the wall clock, in milliseconds since the epoch
 * @param longest more than this many milliseconds are not waited
 * @returns milliseconds to wait; undefined when there is no valid header
 */
export function retryAfterMs(header: string | undefined, now: number, longest: number): number | undefined {
  if (header === undefined || header.length > 40) return undefined;
  const seconds = /^\d{1,10}$/.test(header) ? Number(header) : Number.NaN;
  const ms = httpDate.test(header) ? Date.parse(header) - now : seconds * 1000;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), longest);
}
