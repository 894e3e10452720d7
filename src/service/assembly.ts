import { type Config } from '../config';
import { systemClock } from '../core';
import { createHealth, type Health } from '../health';
import { createHttp, type Addresses, type Http } from '../http';
import { Background } from './background';
import { Components } from './components';
import { insightOperations } from './insight';
import { healthOperations } from './probes';
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
  /** Filled by the start. */
  readonly started: { addresses?: Addresses; at?: string };
}

/** Wires the parts. Opens nothing. */
export function assemble(config: Config<ChassisValues>, telemetry: Telemetry): Assembly {
  const { identity, logging, metrics, tracing, redactor } = telemetry;
  const { logger } = logging;
  const started: Assembly['started'] = {};
  const health = createHealth({
    clock: systemClock,
    logger: logger.named('health'),
    meter: metrics,
    redact: (details) => redactor.value(details),
    defaults: config.get('health'),
  });
  const { basePath, port, token } = config.get('management');
  const insight = {
    identity,
    metrics,
    levels: logging.levels,
    describe: () => config.describe(),
    build: config.get('build'),
    startedAt: () => started.at,
  };
  const settings = config.get('http');
  const http = createHttp({
    options: { ...settings, trustProxy: trustProxyOf(settings.trustProxy) },
    operations: [...healthOperations(health, basePath, identity), ...insightOperations(insight, basePath)],
    managementPort: port === null || (port !== 0 && port === settings.port) ? undefined : port,
    managementToken: token ?? undefined,
    // What a handler finds as context().log.
    log: logger,
    ...(config.get('log.access') ? { accessLog: (line) => logging.access(line) } : {}),
    meter: metrics,
    tracing,
    redactor,
  });
  const components = new Components(logger, systemClock);
  return { config, telemetry, health, http, components, background: new Background(logger, tracing), started };
}
