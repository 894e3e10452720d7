import { type Config } from '../config';
import { systemClock } from '../core';
import { createHealth, type Health } from '../health';
import { type Registry } from '../discovery';
import { type Faults } from '../faults';
import { createHttp, type Addresses, type Http } from '../http';
import { Background } from './background';
import { Clients } from './clients';
import { Components } from './components';
import { faultsOf } from './faults';
import { insightOperations } from './insight';
import { Membership } from './membership';
import { ServiceMessaging } from './messaging';
import { type GivenParts } from './given-parts';
import { type MessagingOptions } from './options';
import { healthOperations } from './probes';
import { createRegistry } from './registry';
import { type ChassisValues } from './service';
import { trustProxyOf } from './settings';
import { type Telemetry } from './telemetry';

/** The parts of one service, wired and not yet started. */
export interface Assembly {
  readonly config: Config<ChassisValues>;
  readonly telemetry: Telemetry;
  readonly health: Health;
  readonly http: Http;
  readonly components: Components;
  readonly background: Background;
  /** Undefined where no discovery is configured. */
  readonly registry: Registry | undefined;
  readonly membership: Membership | undefined;
  readonly clients: Clients;
  readonly messaging: ServiceMessaging;
  /** Undefined where no faults are injected. */
  readonly faults: Faults | undefined;
  /** Filled by the start. */
  readonly started: { addresses?: Addresses; at?: string };
}

/** Wires the parts. Opens nothing. */
export function assemble(
  config: Config<ChassisValues>,
  telemetry: Telemetry,
  messagingOptions: MessagingOptions,
  parts?: GivenParts,
): Assembly {
  const { identity, logging, metrics, tracing, redactor, clock } = telemetry;
  const { logger } = logging;
  const started: Assembly['started'] = {};
  const health = createHealth({
    clock,
    logger: logger.named('health'),
    meter: metrics,
    redact: (details) => redactor.value(details),
    defaults: config.get('health'),
  });
  const faults = faultsOf(config, telemetry);
  const registry = createRegistry(config, logger, telemetry, parts, faults?.at('registry'));
  if (registry !== undefined) health.check('discovery', () => ({ status: 'UP', details: { ...registry.details() } }));
  const membership =
    registry === undefined ? undefined : new Membership(registry, identity, health, logger.named('discovery'));
  const clients = new Clients(registry, telemetry, config.get('eureka').zone ?? undefined, faults?.at('client'));
  const messaging = new ServiceMessaging(config, telemetry, health, messagingOptions, { parts, faults });
  const { basePath, port, token } = config.get('management');
  const insight = {
    ...{ identity, metrics, levels: logging.levels, build: config.get('build') },
    describe: () => config.describe(),
    startedAt: () => started.at,
    breakers: () => clients.breakers(),
  };
  const settings = config.get('http');
  const http = createHttp({
    options: { ...settings, trustProxy: trustProxyOf(settings.trustProxy) },
    operations: [...healthOperations(health, basePath, identity), ...insightOperations(insight, basePath)],
    managementPort: managementPortOf(port, settings.port, parts),
    managementToken: token ?? undefined,
    // What a handler finds as context().log.
    log: logger,
    ...(config.get('log.access') ? { accessLog: (line) => logging.access(line) } : {}),
    meter: metrics,
    tracing,
    redactor,
    faults: faults?.at('http'),
    clock,
  });
  const components = new Components(logger, systemClock);
  const background = new Background(logger, tracing);
  const own = { config, telemetry, health, http, components, background };
  return { ...own, registry, membership, clients, messaging, faults, started };
}

/** In tests a port of its own is a free one: the configured one may be another's, or another test's. */
function managementPortOf(port: number | null, httpPort: number, parts: GivenParts | undefined): number | undefined {
  if (port === null || (port !== 0 && port === httpPort)) return undefined;
  return parts === undefined ? port : 0;
}
