import { isIP } from 'node:net';
import { type Instance, type InstanceStatus } from '../contract';

/** An instance as Eureka's REST operations have it. Its switches are strings. */
export interface InstanceInfo {
  readonly instanceId: string;
  /** Upper case. */
  readonly app: string;
  readonly hostName: string;
  readonly ipAddr?: string;
  readonly vipAddress: string;
  readonly secureVipAddress: string;
  readonly status: InstanceStatus;
  readonly port: EurekaPort;
  readonly securePort: EurekaPort;
  readonly homePageUrl: string;
  readonly statusPageUrl: string;
  readonly healthCheckUrl: string;
  readonly dataCenterInfo: { readonly '@class': string; readonly name: 'MyOwn' };
  readonly leaseInfo: { readonly renewalIntervalInSecs: number; readonly durationInSecs: number };
  readonly metadata: Readonly<Record<string, string>>;
  /** When it was last changed, milliseconds by the wall clock, as text. A server that has an older one asks to be told anew. */
  readonly lastDirtyTimestamp: string;
}

/** A port and whether it is in use. */
export interface EurekaPort {
  readonly $: number;
  readonly '@enabled': 'true' | 'false';
}

/** What a registration says beside the instance itself. */
export interface RegistrationFacts {
  readonly status: InstanceStatus;
  readonly renewIntervalMs: number;
  readonly dirtyAt: number;
  /** Where the process runs, unless the instance says so. */
  readonly zone: string | undefined;
  /** What is said of it beside the instance's own metadata, which wins. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Who misses this many beats in a row is taken out by the server. */
const beatsOfALease = 3;

/** Describes an instance for Eureka. */
export function toInstanceInfo(instance: Instance, facts: RegistrationFacts): InstanceInfo {
  const { id, service, host, port, secure } = instance;
  const zone = instance.zone ?? facts.zone;
  const renewalSecs = Math.max(1, Math.round(facts.renewIntervalMs / 1000));
  const base = `${secure ? 'https' : 'http'}://${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  return {
    instanceId: id,
    app: service.toUpperCase(),
    hostName: host,
    ...(isIP(host) === 0 ? {} : { ipAddr: host }),
    vipAddress: service.toLowerCase(),
    secureVipAddress: service.toLowerCase(),
    status: facts.status,
    port: { $: port, '@enabled': secure ? 'false' : 'true' },
    securePort: { $: port, '@enabled': secure ? 'true' : 'false' },
    homePageUrl: `${base}/`,
    statusPageUrl: `${base}/info`,
    healthCheckUrl: `${base}/health`,
    dataCenterInfo: { '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo', name: 'MyOwn' },
    leaseInfo: { renewalIntervalInSecs: renewalSecs, durationInSecs: renewalSecs * beatsOfALease },
    metadata: {
      ...facts.metadata,
      ...instance.metadata,
      ...(zone === undefined ? {} : { zone }),
      ...(instance.weight === 1 ? {} : { weight: String(instance.weight) }),
    },
    lastDirtyTimestamp: String(Math.round(facts.dirtyAt)),
  };
}

/** What a server says of an instance, checked. */
export interface ListedInstance {
  readonly instance: Instance;
  /** Wants callers. */
  readonly up: boolean;
  /** The names by which callers look for it, lower case: the application's and its virtual addresses. */
  readonly names: readonly string[];
}

/** Reads what a server says of one instance. @returns undefined for what cannot be called: no host, no port, or not an instance at all */
export function fromInstanceInfo(info: unknown, appName: unknown): ListedInstance | undefined {
  if (!isObject(info)) return undefined;
  const app = text(info['app']) ?? text(appName);
  const host = text(info['hostName']) ?? text(info['ipAddr']);
  const secure = enabled(info['securePort'], false);
  const open = secure ? info['securePort'] : enabled(info['port'], true) ? info['port'] : undefined;
  const port = portOf(open);
  if (app === undefined || host === undefined || port === undefined) return undefined;
  const service = app.toLowerCase();
  const metadata = metadataOf(info['metadata']);
  const zone = text(metadata['zone']);
  const instance: Instance = Object.freeze({
    id: text(info['instanceId']) ?? `${host}:${service}:${port}`,
    service,
    host: host.replace(/^\[(.*)\]$/, '$1'),
    port,
    secure,
    ...(zone === undefined ? {} : { zone }),
    weight: weightOf(metadata['weight']),
    metadata,
  });
  const vips = (text(info['vipAddress']) ?? '').split(',').map((name) => name.trim().toLowerCase());
  const names = [...new Set([service, ...vips.filter((name) => name !== '')])];
  return { instance, up: info['status'] === 'UP', names };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function enabled(port: unknown, unlessSaid: boolean): boolean {
  const said = isObject(port) ? port['@enabled'] : undefined;
  if (said === undefined) return unlessSaid && port !== undefined;
  return said === 'true' || said === true;
}

function portOf(port: unknown): number | undefined {
  const number = Number(isObject(port) ? port['$'] : port);
  return Number.isInteger(number) && number >= 1 && number <= 65_535 ? number : undefined;
}

/** Names come from outside: the map has no prototype. Members that begin with @ are the serializer's. */
function metadataOf(value: unknown): Record<string, string> {
  const metadata = Object.create(null) as Record<string, string>;
  for (const [name, said] of Object.entries(isObject(value) ? value : {}))
    if (!name.startsWith('@') && ['string', 'number', 'boolean'].includes(typeof said)) metadata[name] = String(said);
  return Object.freeze(metadata);
}

function weightOf(said: string | undefined): number {
  const weight = said === undefined || said === '' ? 1 : Number(said);
  return Number.isFinite(weight) && weight >= 0 ? weight : 1;
}
