import { KeelsonError, type Logger } from '../core';
import { type Assembly } from './assembly';
import { type StartStep, type StopStep } from './lifecycle';
import { surroundingsOf, warnOfSurroundings } from './surroundings';

/** How long the log and its transports may take to be handed over at the end, in milliseconds. */
const logFlushMs = 1_000;

/** The start, in this order. */
export function startSteps(assembly: Assembly): readonly StartStep[] {
  const { config, telemetry, health, http, components, messaging, faults, started } = assembly;
  const { logging, metrics, tracing } = telemetry;
  return [
    { name: 'read remote configuration', run: (signal) => config.loadRemote(signal) },
    {
      name: 'start telemetry',
      run: async () => {
        await logging.start();
        metrics.start();
        tracing.start();
        faults?.announce();
      },
    },
    { name: 'look around', run: () => warnOfSurroundings(surroundingsOf(config), logging.logger) },
    {
      name: 'bind',
      run: async () => {
        started.addresses = await http.listen();
        started.at = new Date().toISOString();
      },
    },
    { name: 'ask the registry', run: (signal) => askRegistry(assembly, signal) },
    { name: 'connect to the broker', run: (signal) => messaging.start(signal) },
    { name: 'start components', run: (signal) => components.start(signal) },
    { name: 'start health checks', run: () => health.start() },
    {
      name: 'become ready',
      run: () => {
        http.open();
        health.setStarted();
        health.setReadiness('ACCEPTING_TRAFFIC', 'lifecycle');
        logging.logger.info('ready', { ...started.addresses });
      },
    },
    { name: 'join the registry', run: () => joinRegistry(assembly) },
    { name: 'take messages', run: () => messaging.join() },
  ];
}

/** How long a registry that is required may take for its first answer, in milliseconds. */
const registryLimitMs = 10_000;

/** Does not wait for it, unless it is required: a registry that is away must not keep a service from starting. */
async function askRegistry({ config, registry }: Assembly, signal: AbortSignal): Promise<void> {
  if (registry === undefined) return;
  if (!config.get('discovery.required')) return void registry.start();
  const limit = AbortSignal.timeout(registryLimitMs);
  await registry.start(AbortSignal.any([signal, limit]));
  if (!limit.aborted) return;
  const message = `The registry (${registry.kind}) has not answered within ${registryLimitMs} ms, and discovery.required is true.`;
  throw new KeelsonError('START_FAILED', message, { retryable: false });
}

function joinRegistry({ config, telemetry, membership, registry, started }: Assembly): void {
  const port = started.addresses?.port;
  if (port === undefined || membership === undefined) return;
  membership.join({ host: config.get('instance.host') ?? undefined, port });
  if (registry?.kind === 'eureka') warnOfShortDrain(config, telemetry.logging.logger);
}

/** How long a Eureka server answers from its cache when nobody has changed that, in milliseconds. */
const eurekaCacheMs = 30_000;

/** Callers learn of a drain when they next fetch, from a server that answers from its cache. */
function warnOfShortDrain(config: Assembly['config'], logger: Logger): void {
  const { drainDelayMs } = config.get('shutdown');
  const neededMs = config.get('eureka.fetchIntervalMs') + eurekaCacheMs;
  if (drainDelayMs >= neededMs) return;
  const message =
    'Callers that do not retry on another instance may still call this one after it has stopped: shutdown.drainDelayMs is shorter than they need to learn of it';
  logger.warn(message, { drainDelayMs, neededMs });
}

/** The stop, in this order; each step runs even if an earlier one failed. */
export function stopSteps(assembly: Assembly): readonly StopStep[] {
  const { telemetry, health, http, components, background, registry, membership, clients, messaging, started } =
    assembly;
  const { logging, metrics, tracing } = telemetry;
  return [
    { name: 'leave the registry', run: () => membership?.leave() },
    { name: 'finish requests', run: ({ work }) => finishRequests(assembly, work) },
    { name: 'finish messages', run: ({ work }) => messaging.finish(work) },
    {
      name: 'finish background work',
      run: async ({ work }) => {
        const left = await background.drain(work);
        if (left > 0)
          throw new KeelsonError('TIMEOUT', `Background work that did not end in time: ${left}.`, {
            retryable: false,
          });
      },
    },
    { name: 'stop health checks', run: () => health.stop() },
    {
      name: 'stop components',
      run: async (limits) => {
        const failures = await components.stop((left) => limits.turn(left));
        if (failures.length > 0)
          throw new AggregateError(failures, failures.map((failure) => (failure as Error).message).join('; '));
      },
    },
    { name: 'leave the broker', run: ({ all }) => messaging.stop(all) },
    { name: 'close the connections of clients', run: () => clients.close() },
    { name: 'stop asking the registry', run: ({ all }) => registry?.stop(all) },
    { name: 'close the management port', run: ({ all }) => http.closeManagement(all) },
    { name: 'hand over spans', run: ({ all }) => tracing.stop(all) },
    { name: 'stop metrics', run: () => metrics.stop() },
    {
      name: 'hand over the log',
      run: () => {
        if (started.at !== undefined) logging.logger.info('stopped');
        return logging.close(logFlushMs);
      },
    },
  ];
}

async function finishRequests({ http }: Assembly, work: AbortSignal): Promise<void> {
  const cut = await http.close(work);
  if (cut === 0) return;
  const message = `Requests that were cut because the time was up: ${cut}.`;
  throw new KeelsonError('TIMEOUT', message, { retryable: false });
}
