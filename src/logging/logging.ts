import { type Logger, type Meter, within } from '../core';
import { AccessLog, type AccessLine, accessName } from './access';
import { type LevelControl, LevelTree } from './levels';
import { createVoice, Lines } from './lines';
import { LostLines } from './lost-lines';
import { type LoggingOptions, type ResolvedOptions, resolveOptions } from './options';
import { ServiceLogger } from './service-logger';
import { Sink } from './sink';
import { Lanes } from './transport-lane';

/** The logs of one service. */
export interface Logging {
  /** The root logger. */
  readonly logger: Logger;
  /** Writes the line of a request that has ended, by the logger `access`. */
  access(line: AccessLine): void;
  /** The levels of all loggers. */
  readonly levels: LevelControl;
  /** Counts lost lines from now on, and those lost before. Metrics are made after logs, since they need a logger. */
  setMeter(meter: Meter): void;
  /** Guards stdout against its own failures and opens the transports. What was logged before is kept for them. */
  start(): Promise<void>;
  /** Resolves when all lines have been passed on to stdout, or after the limit. @param limitMs milliseconds @default 1000 */
  flush(limitMs?: number): Promise<void>;
  /** Writes what waits at once, best effort: for the moment before the process exits. */
  flushNow(): void;
  /** Flushes, ends the transports, stops the timers. Bounded; idempotent. Later lines are still written. @param limitMs @default 1000 */
  close(limitMs?: number): Promise<void>;
}

const flushLimitMs = 1_000;
/** The name that the log uses where it speaks of itself. */
const ownName = 'logging';
const troubleText = 'A log transport failed; its further failures are only counted';

/** What the logs of a service are put together from. */
interface Parts {
  readonly options: ResolvedOptions;
  readonly levels: LevelTree;
  readonly sink: Sink;
  readonly lanes: Lanes;
  readonly lines: Lines;
  readonly setMeter: (meter: Meter) => void;
}

/**
 * Makes the logs of a service. Nothing is opened before `start()`, but lines are written from the first one on.
 *
 * @throws KeelsonError CONFIG_INVALID
 */
export function createLogging(options: LoggingOptions): Logging {
  const parts = createParts(resolveOptions(options));
  const { levels, sink, lanes, lines, setMeter } = parts;
  const access = new AccessLog(lines, levels.node(accessName), parts.options);
  let closing: Promise<void> | undefined;
  return Object.freeze({
    logger: new ServiceLogger({ lines, levels }, createVoice(levels.root, undefined), undefined),
    access: (line: AccessLine) => access.write(line),
    levels,
    setMeter,
    start: async () => {
      sink.start();
      await lanes.open();
    },
    flush: (limitMs: number = flushLimitMs) => sink.flush(limitMs),
    flushNow: () => sink.flushNow(),
    close: (limitMs: number = flushLimitMs) => {
      closing ??= closeAll(parts, limitMs);
      return closing;
    },
  });
}

function createParts(options: ResolvedOptions): Parts {
  const { clock, maxBuffered, out } = options;
  const dropped = new LostLines(
    'keelson_log_lines_dropped_total',
    'Log lines lost because standard output was slow, full or closed.',
  );
  const missed = new LostLines(
    'keelson_log_transport_lines_lost_total',
    'Log lines that a winston transport was too slow for or failed on.',
  );
  const levels = new LevelTree(options.level, clock);
  const voice = createVoice(levels.root, ownName);
  const sink = new Sink({
    out,
    maxBuffered,
    clock,
    lost: (count) => dropped.add(count),
    notice: (count) => lines.own(voice, 'warn', 'Log lines were dropped', { dropped: count }),
  });
  const lanes = new Lanes(options.transports, {
    lost: (count) => missed.add(count),
    trouble: (transport, err) => sink.write(lines.own(voice, 'warn', troubleText, { transport, err })),
  });
  const lines: Lines = new Lines(options, sink, lanes);
  const setMeter = (meter: Meter): void => {
    dropped.setMeter(meter);
    missed.setMeter(meter);
  };
  setMeter(options.meter);
  return { options, levels, sink, lanes, lines, setMeter };
}

async function closeAll({ options, levels, sink, lanes }: Parts, limitMs: number): Promise<void> {
  levels.close();
  const ended = within(options.clock, limitMs, lanes.close(), () => new Error('the transports did not end in time'));
  // The sink has taken what it says in the meantime; a transport that does not end is nobody's to wait for.
  await Promise.all([sink.close(limitMs), ended.catch(() => undefined)]);
}
