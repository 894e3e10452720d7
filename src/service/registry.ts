import { type Config } from '../config';
import { type Clock, type FaultSource, type Logger, type Meter } from '../core';
import type * as eureka from '../discovery/eureka';
import {
  createMemoryNetwork,
  dnsRegistry,
  faultyRegistry,
  memoryRegistry,
  staticRegistry,
  type Registry,
} from '../discovery';
import { type GivenParts } from './given-parts';
import { processRecord } from './process-record';
import { type ChassisValues } from './service';
import { type Telemetry } from './telemetry';

/** Which registry the settings ask for. EUREKA_URL alone asks for Eureka, a static list alone for that. */
export function registryKind(config: Config<ChassisValues>): ChassisValues['discovery']['kind'] & string {
  const { kind, static: list } = config.get('discovery');
  if (kind !== null) return kind;
  if (config.get('eureka.url').length > 0) return 'eureka';
  return Object.keys(list).length > 0 ? 'static' : 'none';
}

/** Makes the registry that the settings ask for; undefined for none. Opens nothing. @throws CONFIG_INVALID */
export function createRegistry(
  config: Config<ChassisValues>,
  log: Logger,
  telemetry: Pick<Telemetry, 'clock' | 'metrics'>,
  parts?: GivenParts,
  faults?: FaultSource<'registry'>,
): Registry | undefined {
  const registry = registryOf(config, log, telemetry, parts);
  return registry === undefined || faults === undefined ? registry : faultyRegistry(registry, faults, telemetry.clock);
}

function registryOf(
  config: Config<ChassisValues>,
  log: Logger,
  { clock, metrics }: Pick<Telemetry, 'clock' | 'metrics'>,
  parts?: GivenParts,
): Registry | undefined {
  const tools = { clock, log: log.named('discovery'), meter: metrics };
  const kind = registryKind(config);
  switch (kind) {
    case 'none':
      return undefined;
    case 'memory':
      return memoryRegistry({
        ...tools,
        network: parts?.network ?? (processRecord().network ??= createMemoryNetwork()),
      });
    case 'static':
      return staticRegistry({ ...tools, services: config.get('discovery.static') as Record<string, string[]> });
    case 'dns':
      return dnsRegistry({ ...tools, ...withoutNulls(config.get('discovery.dns')) });
    case 'eureka':
      return eurekaRegistry(config, tools);
    default:
      return kind satisfies never;
  }
}

interface Tools {
  readonly clock: Clock;
  readonly log: Logger;
  readonly meter: Meter;
}

function eurekaRegistry(config: Config<ChassisValues>, tools: Tools): Registry {
  // Loaded only where it is asked for: it brings undici and a library of its own.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { createEurekaRegistry } = require('../discovery/eureka') as typeof eureka;
  const { url, metadata, zone, ...intervals } = config.get('eureka');
  return createEurekaRegistry({
    ...tools,
    ...intervals,
    ...(zone === null ? {} : { zone }),
    urls: url,
    metadata: metadata as Record<string, string>,
  });
}

type Given<T> = { readonly [K in keyof T]: Exclude<T[K], null> | undefined };

function withoutNulls<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value ?? undefined])) as Given<T>;
}
