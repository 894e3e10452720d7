/** Milliseconds in words: `25 s`, `250 ms`. */
export function seconds(ms: number): string {
  return ms >= 1_000 || ms === 0 ? `${round(ms / 1_000)} s` : `${round(ms)} ms`;
}

/** Bytes in words, to the next whole MiB upwards. */
export function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / mebi)} MiB`;
}

/** Bytes of a mebibyte. */
export const mebi = 1024 ** 2;

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
