import { processRecord, type Running, type ShutDown } from './process-record';

/** How long a crashed process may take to end its work, in milliseconds. */
const crashLimitMs = 3_000;
const signalNumbers: Readonly<Record<string, number>> = { SIGINT: 2, SIGTERM: 15 };

/** Adds a service that starts. `guard`: SIGTERM, SIGINT and crashes of the process stop it. */
export function enroll(service: Running, guard: boolean): void {
  const { services, guarded, listeners } = processRecord();
  services.add(service);
  if (!guard) return;
  guarded.add(service);
  if (listeners.length === 0) listen();
}

/** Removes a service that has stopped; with the last one, the handling of signals goes too. */
export function discharge(service: Running): void {
  const { services, guarded, stopping } = processRecord();
  services.delete(service);
  guarded.delete(service);
  for (const next of services) {
    next.inherit();
    break;
  }
  if (guarded.size === 0 && !stopping) unlisten();
}

function listen(): void {
  const { listeners } = processRecord();
  listeners.push(
    ['SIGTERM', (signal: string) => void onSignal(signal, true)],
    ['SIGINT', (signal: string) => void onSignal(signal, false)],
    ['uncaughtException', (err: unknown) => void onCrash('uncaught exception', err)],
    ['unhandledRejection', (err: unknown) => void onCrash('unhandled rejection', err)],
  );
  for (const [event, listener] of listeners) process.on(event, listener as () => void);
}

function unlisten(): void {
  const all = processRecord();
  for (const [event, listener] of all.listeners) process.off(event, listener as () => void);
  all.listeners = [];
}

async function onSignal(signal: string, drainDelay: boolean): Promise<void> {
  const { guarded, stopping } = processRecord();
  if (stopping) exitNow(128 + (signalNumbers[signal] as number), guarded);
  await stopAll({ reason: signal, drainDelay }, 0);
}

/**
 * After an uncaught error nobody knows what state the process is in, so it ends: logged, what is in flight gets a short time, exit 1.
 */
async function onCrash(what: string, err: unknown): Promise<void> {
  const { guarded, stopping } = processRecord();
  for (const service of guarded) {
    service.log.error(`${what}: the process ends`, { err });
    break;
  }
  if (stopping) return;
  await stopAll({ reason: what, drainDelay: false, limitMs: crashLimitMs }, 1);
}

async function stopAll(how: ShutDown, code: number): Promise<void> {
  const all = processRecord();
  all.stopping = true;
  const services = [...all.guarded];
  const stops = await Promise.allSettled(services.map((service) => service.shutDown(how)));
  const clean = stops.every((stop) => stop.status === 'fulfilled' && stop.value);
  exitNow(clean ? code : 1, services);
}

function exitNow(code: number, services: Iterable<Running>): never {
  for (const service of services) service.flushNow();
  process.exit(code);
}
