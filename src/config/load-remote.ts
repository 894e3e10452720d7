import { type Clock, within } from '../core';
import { type RemoteSource } from './config';
import { type KnownSettings } from './known-settings';
import { type Layer, layerOfTree } from './layer';
import { Problems } from './problems';
import { maskedText, printable } from './show';

/** How remote sources are asked. */
export interface RemoteLoading {
  readonly clock: Clock;
  /** The most that each source may take, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Asks all sources at the same time.
 *
 * @returns a layer for each, in their order
 * @throws CONFIG_INVALID with all failures if any does not answer
 */
export async function loadSources(
  known: KnownSettings,
  sources: readonly RemoteSource[],
  { clock, timeoutMs }: RemoteLoading,
  signal: AbortSignal,
  problems: Problems,
): Promise<readonly Layer[]> {
  const answers = await Promise.allSettled(sources.map((source) => ask(source, clock, timeoutMs, signal)));
  const failures = new Problems();
  const causes: unknown[] = [];
  const layers = answers.map((answer, index): Layer => {
    const source = `remote source ${sources[index]?.name}`;
    if (answer.status === 'fulfilled') {
      return layerOfTree(known, answer.value, { describe: () => source, isText: true }, problems);
    }
    causes.push(answer.reason);
    const advice = 'Make sure that it runs and can be reached, then start again.';
    failures.add({ key: 'config', source, expected: 'an answer', got: reasonFor(answer.reason), advice });
    return new Map();
  });
  if (causes.length > 0) throw failures.toError(true, causes.length === 1 ? causes[0] : new AggregateError(causes));
  return layers;
}

async function ask(source: RemoteSource, clock: Clock, timeoutMs: number, signal: AbortSignal): Promise<unknown> {
  const controller = new AbortController();
  const abort = (): void => controller.abort(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    const late = (): Error => new Error(signal.aborted ? 'the start was given up' : `no answer within ${timeoutMs} ms`);
    return await within(clock, timeoutMs, start(source, controller.signal), late, signal);
  } finally {
    signal.removeEventListener('abort', abort);
    // What still runs, because time was up, is told to stop.
    controller.abort();
  }
}

async function start(source: RemoteSource, signal: AbortSignal): Promise<unknown> {
  return source.load(signal);
}

function reasonFor(reason: unknown): string {
  return printable(maskedText(reason instanceof Error ? reason.message : String(reason)), 200);
}
