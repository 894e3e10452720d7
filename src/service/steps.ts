import { KeelsonError } from '../core';
import { type Assembly } from './assembly';
import { type StartStep, type StopStep } from './lifecycle';

/** How long the log and its transports may take to be handed over at the end, in milliseconds. */
const logFlushMs = 1_000;

/** The start, in this order. */
export function startSteps(assembly: Assembly): readonly StartStep[] {
  const { config, telemetry, health, http, components, started } = assembly;
  const { logging, metrics, tracing } = telemetry;
  return [
    { name: 'read remote configuration', run: (signal) => config.loadRemote(signal) },
    {
      name: 'start telemetry',
      run: async () => {
        await logging.start();
        metrics.start();
        tracing.start();
      },
    },
    {
      name: 'bind',
      run: async () => {
        started.addresses = await http.listen();
        started.at = new Date().toISOString();
      },
    },
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
  ];
}

/** The stop, in this order; each step runs even if an earlier one failed. */
export function stopSteps(assembly: Assembly): readonly StopStep[] {
  const { telemetry, health, http, components, background, started } = assembly;
  const { logging, metrics, tracing } = telemetry;
  return [
    {
      name: 'finish requests',
      run: async ({ work }) => {
        const cut = await http.close(work);
        if (cut > 0)
          throw new KeelsonError('TIMEOUT', `Requests that were cut because the time was up: ${cut}.`, {
            retryable: false,
          });
      },
    },
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
