import { KeelsonError, systemClock } from '../core';
import { fatalCodeOf, writeReport } from './fatal-report';
import { processRecord, type Running, type ShutDown } from './process-record';

/** How long a crashed process may take to end its work, in milliseconds. */
const crashLimitMs = 3_000;
/** A signal that comes again within this many milliseconds is the same one: a terminal sends Ctrl-C to npm and to the service, and npm passes it on. */
const echoMs = 100;
const signalNumbers = Object.freeze({ SIGINT: 2, SIGTERM: 15 });

/**
 * Adds a service that starts. `guard`: SIGTERM, SIGINT and crashes of the process stop it.
 *
 * @throws STOPPED when the process is on its way to its exit
 */
export function enroll(service: Running, guard: boolean): void {
  const { services, guarded, listeners, exitCode } = processRecord();
  if (exitCode !== undefined) {
    const message = `The service '${service.name}' was not started: the process is about to exit.`;
    throw new KeelsonError('STOPPED', message, { retryable: false });
  }
  services.add(service);
  if (!guard) return;
  guarded.add(service);
  if (listeners.length === 0) listen();
}

/** Removes a service that has stopped; with the last one, the handling of signals goes too. */
export function discharge(service: Running): void {
  const { services, guarded, exitCode } = processRecord();
  services.delete(service);
  guarded.delete(service);
  for (const next of services) if (next.inherit()) break;
  if (guarded.size === 0 && exitCode === undefined) unlisten();
}

function listen(): void {
  const { listeners } = processRecord();
  listeners.push(
    ['SIGTERM', () => void onSignal('SIGTERM', true)],
    ['SIGINT', () => void onSignal('SIGINT', false)],
    ['uncaughtException', (err) => void onCrash('uncaught exception', err)],
    ['unhandledRejection', (err) => void onCrash('unhandled rejection', err)],
  );
  for (const [event, listener] of listeners) process.on(event, listener);
}

function unlisten(): void {
  const all = processRecord();
  for (const [event, listener] of all.listeners) process.off(event, listener);
  all.listeners = [];
}

async function onSignal(signal: keyof typeof signalNumbers, drainDelay: boolean): Promise<void> {
  const all = processRecord();
  const { services, exitCode } = all;
  const at = systemClock.now();
  if (exitCode !== undefined) {
    if (all.signal?.name === signal && at - all.signal.at < echoMs) return;
    return exitNow(128 + signalNumbers[signal], services);
  }
  all.signal = { name: signal, at };
  await stopAll({ reason: signal, drainDelay }, 0);
}

/**
 * After an uncaught error nobody knows what state the process is in, so it ends: logged, what is in flight gets a short time, exit 1.
 * The error of a service beside the running ones that could not be made or started is such an error too, with its own report and code.
 */
async function onCrash(what: string, err: unknown): Promise<void> {
  const { guarded, exitCode } = processRecord();
  const code = fatalCodeOf(err);
  // A start that the stop of the process broke off.
  if (code !== undefined && exitCode !== undefined) return;
  for (const service of guarded) {
    service.log.error(`${what}: the process ends`, { err });
    break;
  }
  if (code !== undefined) writeReport(err);
  await stopAll({ reason: what, drainDelay: false, limitMs: crashLimitMs }, code ?? 1);
}

/** Stops every service, those too that left the signals to others: the process is going to end. */
async function stopAll(how: ShutDown, code: number): Promise<void> {
  const all = processRecord();
  all.exitCode = Math.max(all.exitCode ?? 0, code);
  const services = [...all.services];
  const stops = await Promise.allSettled(services.map((service) => service.shutDown(how)));
  const clean = stops.every((stop) => stop.status === 'fulfilled' && stop.value);
  exitNow(clean ? all.exitCode : Math.max(all.exitCode, 1), services);
}

function exitNow(code: number, services: Iterable<Running>): never {
  for (const service of services) service.flushNow();
  process.exit(code);
}
