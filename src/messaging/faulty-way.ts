import { KeelsonError, markFault, type Clock, type Fault, type FaultSource, rest, type WorkSpan } from '../core';
import { type Envelope, type EventLimits, type PublishLimits, type Reply, type Transport } from './transport';

/** Where messages meet faults on purpose: on their way out, and when they are taken. */
export interface MessagingFaults {
  readonly publish?: FaultSource<'publish'> | undefined;
  readonly consume?: FaultSource<'consume'> | undefined;
}

/** Kinds that mean something for a command: it is sent once, and waited for. */
const forCommands = Object.freeze(['delay', 'reject', 'unconfirmed']);

/** The way to the transport, where what goes out meets faults on purpose. None of them loses a message that its sender was told is safe: no broker does. */
export class FaultyWay {
  readonly #transport: Transport;
  readonly #faults: FaultSource<'publish'>;
  readonly #clock: Clock;

  constructor(transport: Transport, faults: FaultSource<'publish'>, clock: Clock) {
    this.#transport = transport;
    this.#faults = faults;
    this.#clock = clock;
  }

  /** As the transport's. */
  async publish(envelope: Envelope, limits: EventLimits, span: WorkSpan): Promise<void> {
    const { type, headers } = envelope;
    const fault = this.#faults.draw({ type, headers });
    if (fault === undefined) return this.#transport.publish(envelope, limits);
    markFault(span, fault);
    const { kind, delayMs } = fault;
    if (kind === 'reorder') return this.#transport.publish(envelope, { ...limits, delayMs: limits.delayMs + delayMs });
    const timeoutMs = await this.#rested(fault, limits);
    const send = (): Promise<void> => this.#transport.publish(envelope, { ...limits, timeoutMs });
    switch (kind) {
      case 'delay':
        return send();
      case 'reject':
        throw refused(fault);
      case 'unconfirmed':
        await send();
        throw unconfirmed(fault);
      case 'duplicate':
        await send();
        return send();
      default:
        return kind satisfies never;
    }
  }

  /** As the transport's. */
  async request(envelope: Envelope, limits: PublishLimits, span: WorkSpan): Promise<Reply> {
    const { type, headers } = envelope;
    const fault = this.#faults.draw({ type, headers, kinds: forCommands });
    if (fault === undefined) return this.#transport.request(envelope, limits);
    markFault(span, fault);
    const timeoutMs = await this.#rested(fault, limits);
    if (fault.kind === 'reject') throw refused(fault);
    const reply = await this.#transport.request(envelope, { ...limits, timeoutMs });
    if (fault.kind === 'unconfirmed') throw unconfirmed(fault);
    return reply;
  }

  /** Waits as long as the fault says, within the sender's own limit. Resolves to what is left of that, in ms. @throws TIMEOUT when nothing is left */
  async #rested(fault: Fault<'publish'>, { timeoutMs, signal }: PublishLimits): Promise<number> {
    await rest(this.#clock, Math.min(fault.delayMs, timeoutMs), signal);
    if (fault.delayMs >= timeoutMs) throw late(fault);
    return timeoutMs - fault.delayMs;
  }
}

function late({ rule }: Fault): KeelsonError {
  const message = `The message was not sent in time: on purpose, by the rule ${rule}.`;
  return new KeelsonError('TIMEOUT', message, { retryable: true, details: { rule } });
}

function refused({ rule }: Fault): KeelsonError {
  const message = `The broker refused the message: on purpose, by the rule ${rule}.`;
  return new KeelsonError('PUBLISH_NACKED', message, { retryable: true, details: { rule } });
}

/** It was taken, and the sender does not hear of it. */
function unconfirmed({ rule }: Fault): KeelsonError {
  const message = `No answer came from the broker: on purpose, by the rule ${rule}.`;
  return new KeelsonError('TIMEOUT', message, { retryable: false, details: { rule, outcome: 'unknown' } });
}
