import { isKeelsonError } from '../../../src/core';
import {
  createMessaging,
  defineEvent,
  memoryDedupe,
  type Consumption,
  type Delivery,
  type OwnedMessaging,
  type Source,
  type Transport,
} from '../../../src/messaging';
import { amqpTransport } from '../../../src/messaging/amqp';
import { eventually } from '../../support/eventually';
import { type RabbitMq } from './rabbitmq';

/** How a trial goes. */
export interface TrialOptions {
  readonly messages: number;
  /** How often the broker is killed with -9 and started again, evenly over the messages. */
  readonly kills: number;
  /**
   * So many are published a second, by publishers that each wait for their confirm first. No more than the consumers keep up with: a queue that is behind is
   * read back by the broker when it starts, which takes a second for each 80,000 messages or so.
   */
  readonly perSecond: number;
}

/** What came of it, by the bookkeeping of Jepsen's queue tests. */
export interface TrialResult {
  readonly confirmed: number;
  /** Code and outcome of each publish that rejected. */
  readonly rejected: readonly string[];
  readonly unsettled: number;
  /** Confirmed and never handled. */
  readonly lost: number;
  /** Deliveries beyond the first of each message. */
  readonly wireDuplicates: number;
  readonly handledTwice: number;
  /** From when the broker answered again to the first delivery, after each kill, in ms. */
  readonly firstDeliveriesMs: readonly number[];
  /** Confirmed in a second while the broker was there. */
  readonly perSecond: number;
}

/** The most that a publisher has unconfirmed, and a consumer in hand. */
export const maxOutstanding = 1_000;
export const prefetch = 100;
/** The broker's boot takes 20 s, and more on a busy machine: publishes are to outlast it. */
const publishTimeoutMs = 150_000;

const publishers = 500;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const numbered = defineEvent<{ n: number }>('trial.numbered');

/** Publishes numbered events while the broker is killed again and again, with two consumers of one group that stay alive and share a dedupe store. */
export async function brokerTrial(rabbit: RabbitMq, options: TrialOptions): Promise<TrialResult> {
  const wire = new Wire();
  const handled = new Map<number, number>();
  const dedupe = memoryDedupe();
  const consumers = [1, 2].map(() => make(rabbit, dedupe, (transport) => wire.watch(transport)));
  for (const consumer of consumers) {
    consumer.subscribe(numbered, ({ data }) => void handled.set(data.n, (handled.get(data.n) ?? 0) + 1));
    await consumer.start();
    consumer.open();
  }
  const publisher = make(rabbit, undefined, (transport) => transport);
  await publisher.start();
  await eventually(() => taking(consumers) || undefined, 'both consumers take', 30_000);

  const tally = new Tally(options.messages);
  const pauseMs = (publishers * 1_000) / options.perSecond;
  const publishing = Array.from({ length: publishers }, async (_, i) => {
    await sleep((pauseMs * i) / publishers);
    await tally.publish(publisher, pauseMs);
  });
  const began = performance.now();
  const firstDeliveriesMs: number[] = [];
  let awayMs = 0;
  for (let kill = 1; kill <= options.kills; kill++) {
    const due = Math.floor((options.messages * kill) / (options.kills + 1));
    await eventually(() => tally.settled >= due || undefined, `${due} are settled`, 300_000);
    const killedAt = performance.now();
    await rabbit.kill();
    await rabbit.boot();
    const answered = performance.now();
    awayMs += answered - killedAt;
    wire.forgetFirst();
    firstDeliveriesMs.push((await eventually(() => wire.first, 'a delivery after the kill', 60_000)) - answered);
  }
  await Promise.all(publishing);
  const tookMs = performance.now() - began - awayMs;
  const lost = (): number => [...tally.confirmed].filter((n) => !handled.has(n)).length;
  await eventually(() => lost() === 0 || undefined, 'all confirmed are handled', 60_000).catch(() => undefined);
  const unsettled = options.messages - tally.settled;
  await close([...consumers, publisher]);
  return {
    confirmed: tally.confirmed.size,
    rejected: tally.rejected,
    unsettled,
    lost: lost(),
    wireDuplicates: wire.duplicates,
    handledTwice: [...handled.values()].filter((times) => times > 1).length,
    firstDeliveriesMs,
    perSecond: tally.confirmed.size / (tookMs / 1_000),
  };
}

function make(
  rabbit: RabbitMq,
  dedupe: ReturnType<typeof memoryDedupe> | undefined,
  watch: (transport: Transport) => Transport,
): OwnedMessaging {
  const transport = watch(amqpTransport({ url: rabbit.url, maxOutstanding }));
  return createMessaging({
    source: 'trial',
    transport,
    ...(dedupe === undefined ? {} : { dedupe }),
    limits: { prefetch, publishTimeoutMs },
  });
}

function taking(consumers: readonly OwnedMessaging[]): boolean {
  return consumers.every((consumer) => {
    const [view] = consumer.details()['consumers'] as { state: string }[];
    return view?.state === 'taking';
  });
}

async function close(all: readonly OwnedMessaging[]): Promise<void> {
  for (const messaging of all) {
    await messaging.finish(AbortSignal.timeout(10_000));
    await messaging.stop(AbortSignal.timeout(10_000));
  }
}

/** What is delivered, before anybody has looked at it. */
class Wire {
  readonly #seen = new Map<string, number>();
  first: number | undefined;

  forgetFirst(): void {
    this.first = undefined;
  }

  get duplicates(): number {
    return [...this.#seen.values()].reduce((sum, times) => sum + times - 1, 0);
  }

  watch(transport: Transport): Transport {
    const consume = transport.consume.bind(transport);
    transport.consume = (source: Source, deliver: (delivery: Delivery) => void): Consumption =>
      consume(source, (delivery) => {
        const { id } = delivery.envelope;
        this.first ??= performance.now();
        this.#seen.set(id, (this.#seen.get(id) ?? 0) + 1);
        deliver(delivery);
      });
    return transport;
  }
}

/** The publishers' side. */
class Tally {
  readonly confirmed = new Set<number>();
  readonly rejected: string[] = [];
  readonly #messages: number;
  #next = 0;

  constructor(messages: number) {
    this.#messages = messages;
  }

  get settled(): number {
    return this.confirmed.size + this.rejected.length;
  }

  /** One after the other, and not more often than each `pauseMs`. */
  async publish(publisher: OwnedMessaging, pauseMs: number): Promise<void> {
    while (this.#next < this.#messages) {
      const n = this.#next++;
      const begun = performance.now();
      try {
        await publisher.publish(numbered, { n });
        this.confirmed.add(n);
      } catch (error) {
        this.rejected.push(
          isKeelsonError(error) ? `${error.code} ${JSON.stringify(error.details['outcome'])}` : String(error),
        );
      }
      await sleep(Math.max(0, pauseMs - (performance.now() - begun)));
    }
  }
}
