import { type Environment } from '../config';
import { currentScope, type Clock, type WorkContext } from '../core';
import { type MemoryNetwork } from '../discovery';
import { type LogOutput } from '../logging';
import { type MemoryBroker } from '../messaging';
import { type EndedSpan } from '../tracing';
import { type Running } from './process-record';

/**
 * What a service is made with instead of what it would take from the process: for tests. It stands in the scope (`Scope.parts`) that the service is made in:
 * settings cannot carry a clock, and a service file need not know of it. See docs/adr/0016.
 */
export interface GivenParts {
  /** Instead of the environment variables of the process. The command line is not read either. */
  readonly env: Environment;
  /** Win over files; the `settings` that the service file gives win over them. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** For all that waits and measures, but for start and stop: those have limits that must hold when this one stands still. */
  readonly clock: Clock;
  /** For discovery.kind memory. */
  readonly network: MemoryNetwork;
  /** For messages when messaging.url is not set. */
  readonly broker: MemoryBroker;
  /** Instead of standard output. */
  readonly logOutput: LogOutput;
  /** Instead of an exporter. */
  readonly spanEnded: (span: EndedSpan) => void;
  /** Told of each service that is made with these parts. */
  readonly made: (service: Running) => void;
  /** Told of each request, message and background work as it begins: by it (`Scope.work`) it can be told whose code it is that runs. */
  readonly begun: (work: WorkContext) => void;
}

/** The parts that are given to whoever makes a service here; undefined outside of tests. */
export function givenParts(): GivenParts | undefined {
  return currentScope()?.parts as GivenParts | undefined;
}
