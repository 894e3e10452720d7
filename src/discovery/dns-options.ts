import { Resolver } from 'node:dns/promises';
import { KeelsonError, noopLogger, noopMeter, systemClock, type Clock, type Logger, type Meter } from '../core';

/** Options of {@link dnsRegistry}. */
export interface DnsRegistryOptions {
  /** What follows the name of a service, like `shop.svc.cluster.local`. @default nothing: names of services are whole names */
  readonly suffix?: string | undefined;
  /** The port of every instance, 1 to 65535: then A and AAAA records are asked for. @default none: SRV records, which have the ports */
  readonly port?: number | undefined;
  /** What comes before the name of a service when SRV records are asked for. @default '_http._tcp' */
  readonly srvPrefix?: string;
  /** Do the instances speak TLS? @default false */
  readonly secure?: boolean;
  /** The time between two questions about a service, in milliseconds, 1000 to 3,600,000; up to a fifth less, by chance. @default 10000 */
  readonly intervalMs?: number;
  /** The time limit of a question, in milliseconds, 100 to `intervalMs`. @default 2000 */
  readonly timeoutMs?: number;
  /**
   * Is a service whose name is gone, or has no record, taken to have no instance after 4 such answers and 90 s? DNS answers the same when a zone is broken, so the
   * known ones are kept otherwise. @default false
   */
  readonly believeEmpty?: boolean;
  /** The servers to ask, `address` or `address:port`. @default those of the machine */
  readonly servers?: readonly string[];
  /** @default the machine's own time */
  readonly clock?: Clock;
  /** Told when a name cannot be looked up and when it can again. @default none */
  readonly log?: Logger;
  /** Gets keelson_discovery_instances, keelson_discovery_age_seconds and keelson_discovery_errors_total. @default none */
  readonly meter?: Meter;
  /** @default Math.random */
  readonly random?: () => number;
}

/** With all gaps filled. */
export type ResolvedDnsOptions = Required<Omit<DnsRegistryOptions, 'suffix' | 'port' | 'servers'>> &
  Pick<DnsRegistryOptions, 'port' | 'servers'> & { readonly suffix: string };

/** Validates and fills gaps. @throws CONFIG_INVALID */
export function resolveDnsOptions(options: DnsRegistryOptions): ResolvedDnsOptions {
  const { intervalMs = 10_000, port } = options;
  const { timeoutMs = Math.min(2000, intervalMs), srvPrefix = '_http._tcp', suffix = '' } = options;
  within('intervalMs', intervalMs, 1000, 3_600_000);
  within('timeoutMs', timeoutMs, 100, intervalMs);
  if (port !== undefined) within('port', port, 1, 65_535);
  checkServers(options.servers);
  return Object.freeze({
    suffix: domain('suffix', suffix),
    port,
    srvPrefix: domain('srvPrefix', srvPrefix),
    secure: options.secure ?? false,
    intervalMs,
    timeoutMs,
    believeEmpty: options.believeEmpty ?? false,
    ...(options.servers !== undefined && { servers: [...options.servers] }),
    clock: options.clock ?? systemClock,
    log: options.log ?? noopLogger,
    meter: options.meter ?? noopMeter,
    random: options.random ?? Math.random,
  });
}

/** May it be asked for? Letters, digits, `-`, `_` and single dots between them. */
export function isDomain(name: string): boolean {
  return name.length <= 253 && /^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/i.test(name);
}

function domain(option: string, given: string): string {
  const bare = given.replace(/^\.|\.$/g, '');
  if (bare === '' || isDomain(bare)) return bare.toLowerCase();
  throw refused(`${option} must be a domain name, not ${JSON.stringify(given)}`);
}

function checkServers(servers: readonly string[] | undefined): void {
  if (servers === undefined) return;
  try {
    // A resolver that is asked nothing opens nothing.
    new Resolver().setServers(servers);
  } catch {
    throw refused(`servers must be IP addresses, with or without a port, not ${servers.join(', ')}`);
  }
}

function within(option: string, value: unknown, least: number, most: number): void {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return;
  throw refused(`${option} must be a whole number from ${least} to ${most}, not ${String(value)}`);
}

function refused(problem: string): KeelsonError {
  return new KeelsonError('CONFIG_INVALID', `DNS discovery: ${problem}.`, { retryable: false });
}
