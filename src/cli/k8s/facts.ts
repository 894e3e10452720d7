import { partsOf, sourcesOf, type ChassisValues, type Service } from '../../service';
import { type ProbeFacts } from './probe-plan';
import { type ResourceFacts } from './resource-plan';
import { type StopFacts } from './stop-plan';

/** What the manifests of a service depend on. */
export interface Facts extends StopFacts, ProbeFacts, ResourceFacts {
  readonly name: string;
  readonly version: string;
  readonly port: number;
  /** Of the operational endpoints, where they have one of their own. */
  readonly managementPort: number | undefined;
  /** Ports that the manifests have to set, because the settings leave them open; by variable. */
  readonly fixedPorts: Readonly<Record<string, number>>;
  /** Stands before /metrics. */
  readonly basePath: string;
  readonly collectTimeoutMs: number;
  readonly hasMessaging: boolean;
  /** Does it live from messages alone? */
  readonly isWorker: boolean;
  /** Does it tell a registry where it is? */
  readonly registers: boolean;
  readonly advice: readonly string[];
}

const groups = [
  'http',
  'management',
  'health',
  'shutdown',
  'messaging',
  'discovery',
  'eureka',
  'log',
  'metrics',
  'instance',
] as const;

type Chassis = Pick<ChassisValues, (typeof groups)[number]>;

/** How long a Eureka server answers from its cache, in milliseconds. */
const eurekaCacheMs = 30_000;

/** Asks a service that was not started. */
export function factsOf(service: Service): Facts {
  const { routes, components } = partsOf(service);
  const sources = sourcesOf(service);
  const values = chassisOf(service);
  const { http, management, health, shutdown, messaging, discovery, eureka } = values;
  const hasMessaging = sources !== undefined;
  const isWorker = routes.length === 0 && (sources ?? []).length > 0;
  const registers = discovery.kind === 'eureka' || (discovery.kind === null && eureka.url.length > 0);
  return {
    name: service.name,
    version: service.version,
    ...portsOf(http.port, management.port),
    basePath: management.basePath,
    drainDelayMs: shutdown.drainDelayMs,
    timeoutMs: shutdown.timeoutMs,
    requestTimeoutMs: http.timeoutMs,
    hasRoutes: !isWorker,
    registryLagMs: registers ? eureka.fetchIntervalMs + eurekaCacheMs : undefined,
    checkIntervalMs: health.intervalMs,
    checkTimeoutMs: health.timeoutMs,
    checkFailures: health.failures,
    registryRequired: discovery.required,
    brokerRequired: messaging.required && hasMessaging,
    components: components.length,
    maxInFlight: http.maxInFlight,
    bodyLimit: http.bodyLimit,
    heldMessages: (sources ?? []).reduce((sum, { prefetch }) => sum + prefetch, 0),
    maxMessage: messaging.maxMessage,
    maxBuffered: hasMessaging ? messaging.maxBuffered : 0,
    logBuffered: values.log.maxBuffered,
    collectTimeoutMs: values.metrics.collectTimeoutMs,
    hasMessaging,
    isWorker,
    registers,
    advice: adviceOn(values, registers),
  };
}

const usualPorts = { PORT: 3_000, MANAGEMENT_PORT: 9_090 } as const;

/** Port 0 is a free one: nobody could find it. */
function portsOf(http: number, management: number | null): Pick<Facts, 'port' | 'managementPort' | 'fixedPorts'> {
  const isShared = management === null || (management !== 0 && management === http);
  const fixedPorts: Record<string, number> = {};
  if (http === 0) fixedPorts['PORT'] = usualPorts.PORT;
  if (management === 0) fixedPorts['MANAGEMENT_PORT'] = usualPorts.MANAGEMENT_PORT;
  const port = http === 0 ? usualPorts.PORT : http;
  return { port, managementPort: isShared ? undefined : management || usualPorts.MANAGEMENT_PORT, fixedPorts };
}

function chassisOf({ config }: Service): Chassis {
  return Object.fromEntries(groups.map((name) => [name, config.get(name)])) as unknown as Chassis;
}

function adviceOn({ http, management, instance }: Chassis, registers: boolean): string[] {
  const advice: string[] = [];
  if (http.port === 0)
    advice.push('http.port is 0, a free port, which nobody could find: these manifests set PORT=3000.');
  if (management.port === 0)
    advice.push(
      'management.port is 0, a free port, which nobody could find: these manifests set MANAGEMENT_PORT=9090.',
    );
  if (registers && instance.host !== null)
    advice.push(
      "instance.host is set, so every pod tells the registry the same address: leave it out, the manifests set it to the pod's.",
    );
  return advice;
}
