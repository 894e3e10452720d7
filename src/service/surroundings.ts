import { getHeapStatistics } from 'node:v8';
import { containerLimits, type Config, type ContainerLimits } from '../config';
import { type Logger } from '../core';
import { type ChassisValues } from './service';
import { shareOfStop } from './stop-limits';

/** What a process finds around it, and what of its settings that has to fit. */
export interface Surroundings extends ContainerLimits {
  /** How long the stop may take, and how long the orchestrator waits for it, in milliseconds; null: nobody said. */
  readonly shutdown: Pick<ChassisValues['shutdown'], 'timeoutMs' | 'drainDelayMs' | 'gracePeriodMs'>;
  /** Bytes at which V8 gives up. */
  readonly heapLimitBytes: number;
}

/** One thing that does not fit. */
export interface Contradiction {
  readonly level: 'info' | 'warn';
  readonly message: string;
  readonly fields: Readonly<Record<string, number>>;
}

/** How long a process needs to exit once its stop is over, in milliseconds. */
const exitMs = 750;

/** What there is around this process. */
export function surroundingsOf(config: Config<ChassisValues>): Surroundings {
  const heapLimitBytes = getHeapStatistics().heap_size_limit;
  return { shutdown: config.get('shutdown'), heapLimitBytes, ...containerLimits() };
}

/** What of the surroundings the settings contradict, in words for the log. */
export function contradictions(surroundings: Surroundings): Contradiction[] {
  const { shutdown, memoryBytes, heapLimitBytes, cpus } = surroundings;
  const { timeoutMs, drainDelayMs, gracePeriodMs } = shutdown;
  const found: Contradiction[] = [];
  const warn = (message: string, fields: Contradiction['fields']): void =>
    void found.push({ level: 'warn', message, fields });
  const { drainMs, overMs } = shareOfStop(timeoutMs, drainDelayMs);
  const neededMs = overMs + exitMs;
  if (gracePeriodMs !== null && gracePeriodMs < neededMs)
    warn(
      'The orchestrator will kill this process before its stop is over: give it a longer grace period, or lower shutdown.timeoutMs',
      { gracePeriodMs, timeoutMs, neededMs },
    );
  if (drainMs < drainDelayMs)
    warn('The drain delay will be cut short, because a stop may take no longer: raise shutdown.timeoutMs', {
      drainDelayMs,
      timeoutMs,
      drainMs,
    });
  if (memoryBytes !== undefined && heapLimitBytes > memoryBytes)
    warn(
      'The heap may grow larger than the container may: the kernel will kill this process without a word. Lower --max-old-space-size, or give the container more memory',
      { heapLimitBytes, memoryBytes },
    );
  if (cpus !== undefined && cpus < 1)
    found.push({
      level: 'info',
      message:
        'The container has a CPU limit below one processor: whenever that is used up, all stands still for the rest of a tenth of a second, probes and deadlines too',
      fields: { cpus },
    });
  return found;
}

/** Says in the log what does not fit. */
export function warnOfSurroundings(surroundings: Surroundings, logger: Logger): void {
  for (const { level, message, fields } of contradictions(surroundings)) logger[level](message, { ...fields });
}
