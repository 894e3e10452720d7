import { type Logger } from '../core';
import { type MemoryNetwork } from '../discovery';
import { type MemoryBroker } from '../messaging';

/** What the process needs of a service that runs in it. */
export interface Running {
  readonly name: string;
  readonly log: Logger;
  /** Stops it for good, or hastens a stop that goes on already. Resolves to whether the stop was clean. */
  shutDown(how: ShutDown): Promise<boolean>;
  /** Hands over what is buffered of the log, at once. */
  flushNow(): void;
  /** Takes over what a process has once (OpenTelemetry's globals), when the service that had it has stopped. False: it is about to stop itself. */
  inherit(): boolean;
}

/** Why and how fast. */
export interface ShutDown {
  readonly reason: string;
  /** Serve on for shutdown.drainDelayMs? */
  readonly drainDelay: boolean;
  /** Overrides shutdown.timeoutMs, in milliseconds. */
  readonly limitMs?: number;
}

/** What a process has once. */
export interface ProcessRecord {
  /** The running services, in the order of their start. */
  readonly services: Set<Running>;
  /** Those among them that asked for signals and crashes to be handled. */
  readonly guarded: Set<Running>;
  /** The process listeners that are installed. */
  listeners: [string, (given: unknown) => void][];
  /** Set once the process is on its way to its exit: the code that it will exit with. */
  exitCode: number | undefined;
  /** The first signal, and when it came, in ms of the monotonic clock. */
  signal: { readonly name: string; readonly at: number } | undefined;
  /** Errors that end the process with a report, and the exit code; see fatal-report.ts. */
  readonly fatal: WeakMap<object, number>;
  fatalMonitor: boolean;
  /** Where services of this process find each other when discovery.kind is memory. */
  network: MemoryNetwork | undefined;
  /** What carries the messages of services in this process when messaging.url is not set. */
  broker: MemoryBroker | undefined;
  /** What every client calls instead of what it names; see stand-ins.ts. */
  downstream: string | undefined;
}

/** The one record of the process, shared by every copy of the package that is loaded. */
export function processRecord(): ProcessRecord {
  const key = Symbol.for('keelson.process/1');
  const holder = globalThis as { [key]?: ProcessRecord };
  return (holder[key] ??= {
    services: new Set(),
    guarded: new Set(),
    listeners: [],
    exitCode: undefined,
    signal: undefined,
    fatal: new WeakMap(),
    fatalMonitor: false,
    network: undefined,
    broker: undefined,
    downstream: undefined,
  });
}
