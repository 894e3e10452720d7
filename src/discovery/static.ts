import { KeelsonError, noopLogger, noopMeter, systemClock, type Clock, type Logger, type Meter } from '../core';
import { type Instance, type Registry } from './contract';
import { makeInstance, serviceName } from './instance';
import { KnownInstances } from './known-instances';

/** An instance of a static list that has more to say than its URL. */
export interface StaticInstance {
  /** `http://host:port` or `https://host:port`, without path, query and credentials. */
  readonly url: string;
  readonly zone?: string;
  /** @default 1 */
  readonly weight?: number;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Options of {@link staticRegistry}. */
export interface StaticRegistryOptions {
  /** By the name of the service, its instances. One that is listed twice counts once. */
  readonly services: Readonly<Record<string, readonly (string | StaticInstance)[]>>;
  /** @default the machine's own time */
  readonly clock?: Clock;
  /** @default none */
  readonly log?: Logger;
  /** Gets keelson_discovery_instances and keelson_discovery_age_seconds. @default none */
  readonly meter?: Meter;
}

/**
 * A registry that is a list: for a few fixed addresses, and for what stands behind a load balancer of its own. Nothing registers with it.
 *
 * @throws CONFIG_INVALID that names every URL which cannot be one
 */
export function staticRegistry(options: StaticRegistryOptions): Registry {
  const { clock = systemClock, log = noopLogger, meter = noopMeter } = options;
  const lists = readLists(options.services);
  let started = false;
  const answer = (service: string): void => {
    if (started) known.answered(service, lists.get(service) ?? []);
  };
  const known = new KnownInstances({ clock, log, meter, rule: undefined, alwaysCurrent: true, asked: answer });
  return {
    kind: 'static',
    start: () => {
      started = true;
      known.services.forEach(answer);
      return Promise.resolve();
    },
    register: () => Promise.resolve(),
    setStatus: () => Promise.resolve(),
    deregister: () => Promise.resolve(),
    snapshot: (service) => known.snapshot(service),
    resolve: (service, ms, signal) => known.resolve(service, ms, signal),
    watch: (service, listener) => known.watch(service, listener),
    details: () => ({ services: known.details() }),
    stop: () => {
      known.close();
      return Promise.resolve();
    },
  };
}

function readLists(services: StaticRegistryOptions['services']): ReadonlyMap<string, readonly Instance[]> {
  const lists = new Map<string, readonly Instance[]>();
  const problems: string[] = [];
  for (const [service, entries] of Object.entries(services)) {
    const list: Instance[] = [];
    for (const entry of entries) {
      const given = typeof entry === 'string' ? { url: entry } : entry;
      const address = readAddress(given.url);
      if (typeof address === 'string') problems.push(`an instance of ${service} ${address}`);
      else list.push(makeInstance({ ...given, ...address, service }));
    }
    lists.set(serviceName(service), [...(lists.get(serviceName(service)) ?? []), ...list]);
  }
  if (problems.length === 0) return lists;
  throw new KeelsonError('CONFIG_INVALID', `static discovery: ${problems.join('; ')}.`, { retryable: false });
}

interface Address {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
}

/** @returns what is wrong with it, if it is not an address */
function readAddress(text: string): Address | string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    return 'must be a URL that begins with http:// or https://';
  }
  // Not shown: what is wrong may be a secret.
  if (url.username !== '' || url.password !== '') return 'must not carry a name or password';
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    return `must be a host and port and nothing more, not ${url.origin}${url.pathname}`;
  }
  const secure = url.protocol === 'https:';
  const standard = secure ? 443 : 80;
  return { host: url.hostname, port: url.port === '' ? standard : Number(url.port), secure };
}
