import { type Clock } from '../core';
import { type ServiceAddress } from '../service';
import { type CloseBy } from './close-by';
import { type TestNetwork } from './test-network';

/** What a factory must return: as `createService` makes it. */
export interface TestableService {
  readonly name: string;
  readonly metrics: { readonly registry: MetricsPage };
  /** Starts it. Resolves when it is ready. */
  start(): Promise<ServiceAddress>;
  /** Stops it. */
  stop(): Promise<void>;
}

/** What metrics can be read from: prom-client's Registry is one. */
export interface MetricsPage {
  /** All metrics, in Prometheus's text format. */
  metrics(): Promise<string>;
}

/** How a service is started for a test. */
export interface TestServiceOptions {
  /** Win over those of the kit and of files; given to the factory, too. @default none */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Environment variables that the service's settings are read from; nothing of the process's own environment is. @default { NODE_ENV: 'test' } */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** `fakeClock()`, to let time pass without waiting. @default that of the network */
  readonly clock?: Clock;
  /** Services on the same one find each other and get each other's messages. @default one of its own */
  readonly network?: TestNetwork;
  /** Who stops it: `t` of node:test, or a hook. @default the network's stop, if one is given; else call `stop()` */
  readonly closeBy?: CloseBy;
  /** How long start and stop may take each, in real time, in milliseconds. @default 10000 */
  readonly limitMs?: number;
  /** Fail the stop when the service has left something open. @default true */
  readonly leakCheck?: boolean;
}
