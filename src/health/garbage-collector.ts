import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Gives a way to have V8 collect all garbage. V8 shows its collector only to contexts that are made while a flag is set, so one is made at the first call, and
 * the flag is taken back. Where there is none to be had it does nothing.
 */
export function garbageCollector(): () => void {
  let collector: (() => void) | undefined;
  return () => {
    collector ??= findCollector();
    collector();
  };
}

function findCollector(): () => void {
  const { gc: shown } = globalThis as { gc?: unknown };
  if (isCall(shown)) return () => shown();
  try {
    setFlagsFromString('--expose-gc');
    const found: unknown = runInNewContext('gc');
    setFlagsFromString('--no-expose-gc');
    return isCall(found) ? () => found() : nothing;
  } catch {
    return nothing;
  }
}

function isCall(value: unknown): value is () => void {
  return typeof value === 'function';
}

function nothing(): void {}
