import { randomUUID } from 'node:crypto';
import {
  KeelsonError,
  currentScope,
  isKeelsonError,
  type Clock,
  type Logger,
  type Tracing,
  type WorkSpan,
} from '../core';
import { type PublishOptions, type SendOptions } from './contract';
import { type CommandDefinition, type EventDefinition } from './definition';
import { codeOf } from './death-note';
import { type FaultyWay } from './faulty-way';
import { checkKey, ownHeaders } from './headers';
import { checkMs, type MessagingLimits } from './options';
import { checkData, encodeJson } from './payload';
import { valueOf } from './reply';
import { type SentMetrics } from './sent-metrics';
import { type Envelope, type Transport } from './transport';

/** What publishing and sending need. */
export interface OutgoingParts {
  readonly source: string;
  readonly transport: Transport;
  readonly limits: MessagingLimits;
  readonly clock: Clock;
  readonly log: Logger;
  readonly tracing: Tracing;
  readonly metrics: SentMetrics;
  /** Stands before the transport where faults are injected on purpose. @default nothing does */
  readonly faulty?: FaultyWay | undefined;
}

/**
 * The way out: checked, put into an envelope, handed to the transport. What was given is sent, not what the schema makes of it: the other side checks it by the
 * same schema again.
 */
export class Outgoing {
  readonly #parts: OutgoingParts;
  /** Events whose being dropped was said. */
  readonly #dropped = new Set<string>();

  constructor(parts: OutgoingParts) {
    this.#parts = parts;
  }

  async publish<T>(event: EventDefinition<T>, data: T, options: PublishOptions = {}): Promise<void> {
    const { limits, transport, faulty } = this.#parts;
    const { name } = event;
    const timeoutMs = checkMs(name, 'timeoutMs', options.timeoutMs ?? limits.publishTimeoutMs, 1);
    const delayMs = checkMs(name, 'delayMs', options.delayMs ?? 0, 0);
    const ttlMs = options.ttlMs === undefined ? undefined : checkMs(name, 'ttlMs', options.ttlMs, 1);
    const what = `the event ${name}`;
    const key = checkKey(what, options.key);
    const checked = checkData(what, data, event.schema);
    if (checked instanceof Promise) await checked;
    const body = encodeJson(what, data, limits.maxMessage);
    const headers = this.#headers(what, options.headers);
    const span = this.#parts.tracing.call('producer', `publish ${name}`, headers);
    const envelope = this.#envelope(name, body, headers, key, undefined);
    if (span.recording) this.#describe(span, 'publish', 'send', envelope);
    const begun = this.#parts.clock.now();
    try {
      const bounds = { timeoutMs, signal: options.signal, ttlMs, delayMs };
      await (faulty === undefined ? transport.publish(envelope, bounds) : faulty.publish(envelope, bounds, span));
      this.#over('publish', name, span, begun);
    } catch (error) {
      const fine = event.unroutable === 'drop' && isKeelsonError(error, 'PUBLISH_UNROUTABLE');
      this.#over('publish', name, span, begun, fine ? undefined : error);
      if (!fine) throw error;
      this.#drop(name);
    }
  }

  async send<T, R>(command: CommandDefinition<T, R>, data: T, options: SendOptions = {}): Promise<R> {
    const { limits, transport, clock, faulty } = this.#parts;
    const { name } = command;
    const timeoutMs = checkMs(name, 'timeoutMs', options.timeoutMs ?? limits.sendTimeoutMs, 1);
    const what = `the command ${name}`;
    const checked = checkData(what, data, command.request);
    if (checked instanceof Promise) await checked;
    const body = encodeJson(what, data, limits.maxMessage);
    const patience = this.#patience(name, timeoutMs);
    const headers = this.#headers(what, options.headers);
    const span = this.#parts.tracing.call('producer', `send ${name}`, headers);
    const envelope = this.#envelope(name, body, headers, undefined, clock.wall() + patience.ms);
    if (span.recording) this.#describe(span, 'send', 'send', envelope);
    const begun = clock.now();
    try {
      const bounds = { timeoutMs: patience.ms, signal: options.signal };
      const reply = await (faulty === undefined
        ? transport.request(envelope, bounds)
        : faulty.request(envelope, bounds, span));
      const checking = checkData(`the reply to ${name}`, valueOf(name, reply, limits.maxMessage), command.reply);
      const value: unknown = checking instanceof Promise ? await checking : checking;
      this.#over('send', name, span, begun);
      return value as R;
    } catch (error) {
      const told = patience.inherited && isKeelsonError(error, 'TIMEOUT') ? outOfTime(name, error) : error;
      this.#over('send', name, span, begun, told);
      throw told;
    }
  }

  /** How long to wait, and whether it is the caller that waits no longer. */
  #patience(name: string, timeoutMs: number): { readonly ms: number; readonly inherited: boolean } {
    const deadline = currentScope()?.work?.deadline;
    const left = deadline === undefined ? Infinity : deadline - this.#parts.clock.now();
    if (left > timeoutMs) return { ms: timeoutMs, inherited: false };
    if (left < 1) throw outOfTime(name);
    return { ms: Math.floor(left), inherited: true };
  }

  #headers(what: string, given: Readonly<Record<string, string>> | undefined): Record<string, string> {
    const headers = ownHeaders(what, given);
    const requestId = currentScope()?.work?.requestId;
    if (requestId !== undefined && requestId !== '') headers['x-request-id'] ??= requestId;
    return headers;
  }

  #envelope(
    type: string,
    body: Buffer,
    headers: Record<string, string>,
    key: string | undefined,
    deadline: number | undefined,
  ): Envelope {
    const { source, clock } = this.#parts;
    const time = new Date(clock.wall()).toISOString();
    return {
      id: randomUUID(),
      type,
      source,
      time,
      key,
      contentType: 'application/json',
      headers,
      body,
      attempt: 1,
      deadline,
    };
  }

  /** Semantic conventions of OpenTelemetry for messaging spans. */
  #describe(span: WorkSpan, operation: string, type: string, envelope: Envelope): void {
    span.set('messaging.system', this.#parts.transport.kind);
    span.set('messaging.operation.name', operation);
    span.set('messaging.operation.type', type);
    span.set('messaging.destination.name', envelope.type);
    span.set('messaging.message.id', envelope.id);
    span.set('messaging.message.body.size', envelope.body.length);
  }

  #over(operation: 'publish' | 'send', name: string, span: WorkSpan, begun: number, error?: unknown): void {
    const type = error === undefined ? '' : codeOf(error);
    if (error !== undefined) span.fail(type, error);
    span.end();
    this.#parts.metrics.sent(operation, name, (this.#parts.clock.now() - begun) / 1_000, type);
  }

  #drop(name: string): void {
    this.#parts.metrics.dropped(name);
    if (this.#dropped.has(name)) return;
    this.#dropped.add(name);
    this.#parts.log.info('nobody subscribes to an event: it is dropped, and further ones without saying so', {
      event: name,
    });
  }
}

function outOfTime(name: string, cause?: KeelsonError): KeelsonError {
  const message = `The deadline of the work that sent ${name} has passed.`;
  const details = cause?.details ?? {};
  return new KeelsonError('DEADLINE_EXCEEDED', message, { retryable: false, cause, details });
}
