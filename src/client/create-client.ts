import {
  KeelsonError,
  noopLogger,
  noopMeter,
  noopTracing,
  systemClock,
  type Clock,
  type FaultSource,
  type Logger,
  type Meter,
  type Tracing,
} from '../core';
import { outlierEjection, type Balancer, type OutlierOptions, type Registry } from '../discovery';
import { type CircuitBreaker } from '../resilience';
import { Sender } from './attempt';
import { HttpServiceClient } from './client';
import { type ServiceClient } from './contract';
import { DiscoveredTargets } from './discovered-targets';
import { baggageFilter, resolveLimits, type ClientOptions } from './options';
import { Pools } from './pools';
import { SingleTarget } from './single-target';
import { type Targets } from './targets';

/** What a client is given by who wires it; each has a default that does nothing. */
export interface ClientTools {
  /** Who runs where. Needed for a service by name. */
  readonly registry?: Registry;
  /** Chooses among the instances of a service by name; one for each client. @default the less loaded of two, those that only fail left out for a while */
  readonly balancer?: Balancer;
  /** @default the machine's time */
  readonly clock?: Clock;
  /** @default none */
  readonly log?: Logger;
  /** @default none */
  readonly meter?: Meter;
  /** @default none: then no trace is passed on either */
  readonly tracing?: Tracing;
  /** Decides which attempts meet a fault on purpose. @default none does */
  readonly faults?: FaultSource<'client'> | undefined;
}

/** A client that somebody owns. */
export interface OwnedClient extends ServiceClient {
  /** The circuit breaker; undefined if it has none. */
  readonly breaker: CircuitBreaker | undefined;
  /** Closes its connections, after at most a second for answers that are on their way. Calls afterwards open new ones. */
  close(): Promise<void>;
}

const serviceName = /^[a-z][a-z0-9-]*$/i;

/**
 * Makes a client of a service by its name (`inventory`), or of an origin (`https://api.example.com`). It opens nothing before the first call.
 *
 * @throws CONFIG_INVALID for a name or an origin that is none, and for options that are not valid
 */
export function createClient(to: string, options: ClientOptions = {}, tools: ClientTools = {}): OwnedClient {
  const { clock = systemClock, log = noopLogger, meter = noopMeter, tracing = noopTracing } = tools;
  const url = originOf(to);
  const limits = resolveLimits(to, options);
  const name = url === undefined ? to.toLowerCase() : url.host;
  const pools = new Pools(limits, clock);
  const keepBaggage = baggageFilter(options.baggage ?? (url === undefined ? 'all' : 'none'));
  const sender = new Sender({ name, limits, pools, tracing, meter, keepBaggage, faults: tools.faults });
  const targets =
    url === undefined
      ? discovered(name, { ...tools, clock, log, meter }, limits.connectTimeoutMs)
      : new SingleTarget(url);
  const headers = lowerCased({ accept: 'application/json', ...options.headers });
  const client = new HttpServiceClient({ name, options, limits, targets, sender, headers, clock, log, meter });
  return Object.assign(client, { close: () => pools.close() });
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function discovered(
  name: string,
  tools: ClientTools & Required<Pick<OutlierOptions, 'clock' | 'log' | 'meter'>>,
  waitMs: number,
): Targets {
  const { registry, balancer, clock, log, meter } = tools;
  if (registry === undefined) {
    const how = 'set DISCOVERY or EUREKA_URL, or name an origin like http://localhost:3000 instead';
    throw invalid(name, `a service by its name needs a registry; ${how}`);
  }
  return new DiscoveredTargets(name, registry, balancer ?? outlierEjection({ clock, log, meter }), waitMs);
}

/** Undefined: it is a service's name. */
function originOf(to: string): URL | undefined {
  if (serviceName.test(to)) return undefined;
  const url = URL.canParse(to) ? new URL(to) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw invalid(to, "it must be a service's name ([a-z][a-z0-9-]*) or an origin like http://localhost:3000");
  }
  if (url.username !== '' || url.password !== '') {
    throw invalid(url.host, 'credentials do not belong into a URL, which ends up in logs; send them as a header');
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw invalid(url.origin, 'an origin has no path, query or fragment; they belong to each call');
  }
  return url;
}

function invalid(to: string, why: string): KeelsonError {
  return new KeelsonError('CONFIG_INVALID', `client ${to}: ${why}.`, { retryable: false });
}
