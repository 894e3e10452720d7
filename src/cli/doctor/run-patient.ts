import { systemClock, isKeelsonError, type Clock } from '../../core';
import { createMemoryBroker, type MemoryBroker } from '../../messaging';
import { standIn, type Service } from '../../service';
import { loadService } from '../load-service';
import { Blocked } from './blocked';
import { factsOf } from './examine';
import { type Begin, type FromPatient, type Orders, type ToPatient } from './orders';
import { plantRoutes } from './planted';
import { givePoison } from './poison';

/** What it needs of the process that it runs in. */
export type PatientProcess = Pick<NodeJS.Process, 'on' | 'exit'> & {
  send?: ((message: FromPatient) => unknown) | undefined;
  channel?: { unref?(): void } | undefined | null;
};

/** Repetitions that take minutes take this long at most, in ms: what comes of a message is the same. */
const hastenedMs = 10;
const hastened: Clock = Object.freeze({
  ...systemClock,
  after: (ms: number, call: () => void) => systemClock.after(Math.min(ms, hastenedMs), call),
});

/** The other side of a {@link Patient}: makes the service that it is told to, starts it, and does what it is asked. */
export function beginWhenTold(process: PatientProcess): void {
  let orders: Orders | undefined;
  const send = (message: FromPatient): void => void process.send?.(message);
  process.on('disconnect', () => process.exit(0));
  process.on('message', (message: ToPatient) => {
    if ('begin' in message) {
      const hold = new Hold();
      const broker = createMemoryBroker({ clock: hastened });
      void begin(message.begin, hold, broker, send).then((service) => {
        if (service !== undefined) orders = ordersOf(service, message.begin, hold, broker, process);
      });
      orders = { proceed: () => hold.end() } as Orders;
    } else void obey(orders, message, send);
  });
}

async function obey(
  orders: Orders | undefined,
  { order, id }: { order: keyof Orders; id: number },
  send: (message: FromPatient) => void,
): Promise<void> {
  try {
    send({ id, result: (await orders?.[order]()) ?? null });
  } catch (error) {
    send({ id, error: String(error) });
  }
}

async function begin(
  how: Begin,
  hold: Hold,
  broker: MemoryBroker,
  send: (message: FromPatient) => void,
): Promise<Service | undefined> {
  try {
    standIn({ downstream: how.downstream, broker });
    const service = await loadService(how.folder, how.settings);
    send({ made: factsOf(service, how, undefined) });
    if (!how.start) return undefined;
    plantRoutes(service, how);
    if (how.held) service.use({ name: 'keelson-doctor', start: () => hold.over });
    const { port } = await service.start();
    send({ ready: factsOf(service, how, port) });
    return service;
  } catch (error) {
    const code = isKeelsonError(error) ? error.code : undefined;
    send({ failed: { code, message: error instanceof Error ? error.message : String(error) } });
    return undefined;
  }
}

function ordersOf(service: Service, how: Begin, hold: Hold, broker: MemoryBroker, process: PatientProcess): Orders {
  const blocked = new Blocked();
  const facts = factsOf(service, how, undefined);
  return {
    proceed: () => hold.end(),
    facts: () => facts,
    heap: () => {
      (globalThis as { gc?: () => void }).gc?.();
      const { heapUsed, external } = globalThis.process.memoryUsage();
      return heapUsed + external;
    },
    blocked: () => blocked.longest(),
    poison: () => givePoison(broker, facts.subscriptions),
    stop: async () => {
      await service.stop();
      blocked.end();
      process.channel?.unref?.();
      return globalThis.process.getActiveResourcesInfo().filter((name) => !ours.includes(name));
    },
    reject: () => void Promise.reject(new Error('planted by keelson doctor: a rejection that nobody handles')),
  };
}

/** What the doctor itself leaves: the connection to it, and where output goes. */
const ours: readonly string[] = ['PipeWrap', 'TTYWrap'];

/** What a start can be made to wait for. */
class Hold {
  end = (): void => undefined;
  readonly over = new Promise<void>((resolve) => {
    this.end = resolve;
  });
}
