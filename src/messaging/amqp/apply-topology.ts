import { Declarer } from './declarer';
import { openLine } from './line';
import { resolveOptions, type AmqpOptions } from './options';
import { type Declaration } from './topology';

/**
 * Declares these on a connection of its own, for tools: so that a group's queue is there before the first event. With `declare: false` it only looks.
 *
 * @throws CONFIG_INVALID for options that are not valid, and for what is declared otherwise, with what differs; what connecting throws
 */
export async function applyTopology(
  declarations: readonly Declaration[],
  options: AmqpOptions,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  const resolved = resolveOptions(options);
  const [address] = resolved.addresses;
  if (address === undefined) return;
  const line = await openLine(address, `${resolved.service} (topology)`, resolved, signal);
  line.model.on('error', () => undefined);
  try {
    await new Declarer(line.model, resolved.declare).ensure(declarations);
  } finally {
    await line.model.close().catch(() => undefined);
    line.cut();
  }
}
