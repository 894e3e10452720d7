import { join } from 'node:path';
import { eventually } from '../../../support/eventually';
import { runProgram, type Program } from '../../../support/program';

/** The program whose end is tested; `hooks`: see fixtures/life.cjs. */
export function runLife(env: Readonly<Record<string, string>> = {}, hooks = 'fine'): Program {
  return runProgram([join(__dirname, '../fixtures/life.cjs')], { LOG_ACCESS: 'false', LIFE_HOOKS: hooks, ...env });
}

/** Waits until so many requests are being handled. */
export async function inFlight({ lines }: Program, count: number): Promise<void> {
  const begun = (): number => lines.filter(({ message }) => message === 'in flight').length;
  await eventually(() => (begun() >= count ? true : undefined), `${count} requests in flight`);
}

/** Which components' stops were called or have ended, in that order. */
export function hooks({ lines }: Program, what: 'begun' | 'called' | 'done'): string[] {
  return lines.filter(({ message }) => message === `hook ${what}`).map(({ hook }) => String(hook));
}

/** `12.3 s` */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
