import { KeelsonError } from '../../core';
import { openLine, type Line } from './line';
import { type ResolvedOptions } from './options';

/**
 * Connects once, to the first of the brokers that answers; for tools, which have somebody to tell at once.
 *
 * @throws CONNECTION_FAILED with what each broker said
 */
export async function openToolLine(
  options: ResolvedOptions,
  purpose: string,
  signal: AbortSignal = new AbortController().signal,
  open: typeof openLine = openLine,
): Promise<Line> {
  const said: string[] = [];
  for (const address of options.addresses) {
    try {
      const line = await open(address, `${options.service} (${purpose})`, options, signal);
      // Whoever waits for an answer is told by its rejection.
      line.model.on('error', () => undefined);
      return line;
    } catch (error) {
      said.push(`${address.shown}: ${error instanceof Error ? error.message : String(error)}`);
      if (signal.aborted) break;
    }
  }
  throw new KeelsonError('CONNECTION_FAILED', `No broker: ${said.join('; ')}`, { retryable: true });
}

/** Closes it, and cuts it where the broker does not answer any more. */
export async function closeToolLine(line: Line, options: Pick<ResolvedOptions, 'clock'>): Promise<void> {
  const timer = options.clock.after(closeMs, () => line.cut());
  await line.model.close().catch(() => undefined);
  timer.cancel();
  line.cut();
}

const closeMs = 2_000;
