import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  type Consumption,
  type Delivery,
  type Envelope,
  type EventLimits,
  type Source,
  type Transport,
} from '../messaging';
import { type TransportHarness, type TransportTraits } from './transport-harness';

/** A case before it has a harness. */
export interface TransportCase {
  readonly name: string;
  /** @default always */
  readonly when?: (traits: TransportTraits) => boolean;
  readonly run: (bench: TransportBench, traits: TransportTraits) => Promise<void>;
}

/** A consumption and what came of it, in its order. */
export interface Taken {
  readonly consumption: Consumption;
  readonly deliveries: Delivery[];
  /** When each came, by the harness's clock. */
  readonly times: number[];
  ids(): string[];
  /** Acks what has come and was not acked by this before. */
  ackAll(): void;
  /** As the core does it: pauses, then closes. */
  end(): Promise<void>;
}

/** More than anything takes that is to happen, in ms. */
export const longMs = 30_000;

/** So often it is looked whether something has happened. */
const looks = 150;

/** What the cases work with: names of their own, and transports that are stopped in the end. */
export class TransportBench {
  readonly event: string;
  readonly command: string;
  readonly harness: TransportHarness;
  readonly #transports: Transport[] = [];
  /** What was thrown within a delivery, where only the transport could have caught it. */
  #thrown: { readonly error: unknown } | undefined;

  constructor(harness: TransportHarness) {
    this.harness = harness;
    const own = randomUUID().slice(0, 13);
    this.event = `contract.event-${own}`;
    this.command = `contract.command-${own}`;
  }

  create(): Transport {
    const transport = this.harness.create();
    this.#transports.push(transport);
    return transport;
  }

  async started(): Promise<Transport> {
    const transport = this.create();
    await this.sure(transport.start());
    return transport;
  }

  envelope(over: Partial<Envelope> = {}): Envelope {
    return {
      id: randomUUID(),
      type: this.event,
      source: 'contract',
      time: '2026-01-02T03:04:05.678Z',
      key: undefined,
      contentType: 'application/json',
      headers: {},
      body: Buffer.from('{"a":1}'),
      attempt: 1,
      deadline: undefined,
      ...over,
    };
  }

  /** A command whose sender waits so long, in ms. */
  order(ms: number, over: Partial<Envelope> = {}): Envelope {
    return this.envelope({ type: this.command, deadline: Math.round(this.harness.wall()) + ms, ...over });
  }

  limits(over: Partial<EventLimits> = {}): EventLimits {
    return { timeoutMs: longMs, signal: undefined, ttlMs: undefined, delayMs: 0, ...over };
  }

  /** Publishes events with these ids, one after the other. */
  async publish(transport: Transport, ...ids: string[]): Promise<void> {
    for (const id of ids) await this.sure(transport.publish(this.envelope({ id }), this.limits()));
  }

  /** Takes the events of this case; resolves when it does. */
  async subscribe(transport: Transport, over: Partial<Source & { kind: 'event' }> = {}): Promise<Taken> {
    const taken = this.take(transport, this.events(over));
    await this.sure(taken.consumption.ready);
    return taken;
  }

  /** Takes the commands of this case; resolves when it does. */
  async handle(transport: Transport, deliver?: (delivery: Delivery) => void, prefetch = 10): Promise<Taken> {
    const taken = this.take(transport, { kind: 'command', name: this.command, prefetch }, deliver);
    await this.sure(taken.consumption.ready);
    return taken;
  }

  events(over: Partial<Source & { kind: 'event' }> = {}): Source {
    return { kind: 'event', name: this.event, group: 'billing', prefetch: 10, ordered: false, delaysMs: [], ...over };
  }

  take(transport: Transport, source: Source, deliver: (delivery: Delivery) => void = () => undefined): Taken {
    const [deliveries, times]: [Delivery[], number[]] = [[], []];
    let acked = 0;
    const consumption = transport.consume(source, (delivery) => {
      deliveries.push(delivery);
      times.push(this.harness.wall());
      try {
        deliver(delivery);
      } catch (error) {
        this.#thrown ??= { error };
      }
    });
    return {
      consumption,
      deliveries,
      times,
      ids: () => deliveries.map(({ envelope }) => envelope.id),
      ackAll: () => {
        for (; acked < deliveries.length; acked++) deliveries[acked]?.ack();
      },
      end: async () => {
        await this.sure(consumption.pause());
        await this.sure(consumption.close());
      },
    };
  }

  settle(): Promise<void> {
    return this.harness.settle();
  }

  /** Waits until it is so. */
  async eventually(what: string, isSo: () => boolean): Promise<void> {
    for (let i = 0; i < looks && !isSo(); i++) await this.settle();
    this.#check();
    assert.ok(isSo(), `it has not come about that ${what}`);
  }

  /** Waits for the promise, but not for ever: a case is to fail, not to hang. */
  async sure<T>(promise: Promise<T> | undefined): Promise<T> {
    assert.ok(promise !== undefined, 'there is nothing to wait for');
    let over = false;
    const end = promise.then(
      () => void (over = true),
      () => void (over = true),
    );
    for (let i = 0; i < looks && !over; i++) await Promise.race([end, this.settle()]);
    this.#check();
    assert.ok(over, 'a promise has neither resolved nor rejected');
    return promise;
  }

  /** For a promise that is waited for later: the case may fail before it comes to that. */
  kept<T>(promise: Promise<T>): Promise<T> {
    promise.catch(() => undefined);
    return promise;
  }

  /** Waits until the promise rejects with this code. @returns the details of the error */
  async refused(promise: Promise<unknown>, code: string): Promise<Record<string, unknown>> {
    const error = await this.sure(promise).then(
      () => assert.fail(`expected ${code}, but it resolved`),
      (reason: unknown) => reason,
    );
    assert.equal(codeOf(error), code);
    return (error as { details?: Record<string, unknown> }).details ?? {};
  }

  /** Waits until these have come, in this order, and sees that no more come. */
  async arrived(taken: Taken, ...ids: string[]): Promise<void> {
    await this.eventually(`${ids.length} messages come`, () => taken.deliveries.length >= ids.length);
    await this.settle();
    assert.deepEqual(taken.ids(), ids);
  }

  #check(): void {
    if (this.#thrown !== undefined) throw this.#thrown.error;
  }

  /** Has all that was made here stopped, without waiting for what is under way. */
  async clear(): Promise<void> {
    for (const transport of this.#transports) await this.sure(transport.stop(AbortSignal.abort()));
  }
}

/** Of an error of the chassis. */
export function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : error;
}
