import { noopLogger, type Clock, type Logger } from '../../core';
import {
  type Consumption,
  type Delivery,
  type Envelope,
  type EventLimits,
  type PublishLimits,
  type Reply,
  type Source,
  type Transport,
} from '../transport';
import { createMemoryBroker, type MemoryBroker } from './broker';
import { type MemoryLink } from './link';
import { aborted, notStarted, stopped } from './refusals';
import { Requests } from './requests';

/** Options of {@link memoryTransport}. */
export interface MemoryTransportOptions {
  /** What the services share that are to reach each other. @default one of its own, that nobody else reaches */
  readonly broker?: MemoryBroker;
  /** Of a broker of its own; a given one has its own. @default the machine's own time */
  readonly clock?: Clock;
  /** @default none */
  readonly log?: Logger;
}

/** A transport in the memory of this process, in tests, demonstrations and services that run in one process. What was not handled ends with the process. */
export function memoryTransport(options: MemoryTransportOptions = {}): Transport {
  return new MemoryTransport(options);
}

class MemoryTransport implements Transport {
  readonly kind = 'memory';
  /** The broker answers at once. */
  readonly outstanding = 0;
  state: Transport['state'] = 'connecting';
  readonly #broker: MemoryBroker;
  readonly #link: MemoryLink;
  readonly #requests: Requests;

  constructor({ broker, clock, log = noopLogger }: MemoryTransportOptions) {
    this.#broker = broker ?? createMemoryBroker(clock === undefined ? {} : { clock });
    this.#link = this.#broker.connect(log);
    this.#requests = new Requests(this.#broker.clock);
  }

  start(): Promise<void> {
    if (this.state === 'connecting') {
      this.state = 'connected';
      this.#link.open();
    }
    return Promise.resolve();
  }

  publish(envelope: Envelope, limits: EventLimits): Promise<void> {
    const refusal = this.#refusal(limits) ?? this.#link.publish(envelope, limits);
    return refusal === undefined ? Promise.resolve() : Promise.reject(refusal);
  }

  request(envelope: Envelope, limits: PublishLimits): Promise<Reply> {
    const refusal = this.#refusal(limits);
    if (refusal !== undefined) return Promise.reject(refusal);
    return this.#requests.wait(envelope, limits, (answer) => this.#link.request(envelope, answer));
  }

  consume(source: Source, deliver: (delivery: Delivery) => void): Consumption {
    return this.#link.consume(source, deliver);
  }

  details(): Readonly<Record<string, unknown>> {
    return { state: this.state, queues: this.#broker.queues().length, requests: this.#requests.length };
  }

  stop(): Promise<void> {
    this.state = 'stopped';
    this.#link.close();
    this.#requests.close();
    return Promise.resolve();
  }

  #refusal({ signal }: PublishLimits): Error | undefined {
    if (this.state === 'connecting') return notStarted();
    if (this.state === 'stopped') return stopped();
    return signal?.aborted === true ? aborted(signal.reason) : undefined;
  }
}
