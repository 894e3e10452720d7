/** Milliseconds in words: `25 s`, `250 ms`. */
export function seconds(ms: number): string {
  return ms >= 1_000 || ms === 0 ? `${round(ms / 1_000)} s` : `${round(ms)} ms`;
}

/** Bytes in words, to the next whole MiB upwards. */
export function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / mebi)} MiB`;
}

/** A version as the tag of an image and the value of a label may have it: semantic versions have a `+`, and may be long. */
export function tagOf(version: string): string {
  const tag = version.replace(/[^\w.-]/g, '_').slice(0, 63);
  return tag.replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');
}

/** Bytes of a mebibyte. */
export const mebi = 1024 ** 2;

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
