import { type Source } from '../transport';
import { commandExchange, commandQueue, deadLetterQueue, delayQueue, eventExchange, eventQueue } from './names';

/** Something that must be at the broker. Plain data. */
export type Declaration =
  | { readonly kind: 'exchange'; readonly name: string; readonly type: 'topic' | 'direct' | 'fanout' }
  | {
      readonly kind: 'queue';
      readonly name: string;
      readonly arguments: Readonly<Record<string, string | number | boolean>>;
      /** Services that declare other types of queues share it: who comes first decides. */
      readonly shared: boolean;
    }
  | { readonly kind: 'binding'; readonly queue: string; readonly exchange: string; readonly routingKey: string };

/** What queues are declared as. */
export interface TopologyOptions {
  readonly queueType: 'quorum' | 'classic';
}

/** All that the broker must have for these sources, each thing once, in the order in which it is declared. */
export function topologyOf(sources: readonly Source[], options: TopologyOptions): readonly Declaration[] {
  const all = sources.flatMap((source) =>
    source.kind === 'event' ? eventSource(source, options) : commandSource(source.name, options),
  );
  return [...new Map(all.map((one) => [keyOf(one), one])).values()];
}

/** What tells a declaration from the others: two that differ in an argument are two. */
export function keyOf(one: Declaration): string {
  switch (one.kind) {
    case 'exchange':
      return `exchange ${one.name} ${one.type}`;
    case 'queue':
      return `queue ${one.name} ${JSON.stringify(one.arguments)}`;
    case 'binding':
      return `binding ${one.queue} ${one.exchange} ${one.routingKey}`;
    default:
      return one satisfies never;
  }
}

/** The exchange that an event is published to. */
export function eventExchangeOf(event: string): Declaration {
  return { kind: 'exchange', name: eventExchange(event), type: 'topic' };
}

/** The exchange that commands are sent to. */
export const commandExchangeDeclaration: Declaration = { kind: 'exchange', name: commandExchange, type: 'direct' };

/** Where the dead letters of a queue lie. Classic: nothing expires there or is delivered twice, and it may grow long. */
export function deadLettersOf(queue: string): Declaration {
  return { kind: 'queue', name: deadLetterQueue(queue), arguments: { 'x-queue-type': 'classic' }, shared: false };
}

/** Where messages wait so long before they go to the queue that is their routing key. */
export function delayOf(delayMs: number, options: TopologyOptions): readonly Declaration[] {
  const ms = delayStep(delayMs);
  return waitingRoom(delayQueue(ms), ms, '', options);
}

/** Where events wait so long before they are published. */
export function delayedEventsOf(event: string, delayMs: number, options: TopologyOptions): readonly Declaration[] {
  const ms = delayStep(delayMs);
  return [eventExchangeOf(event), ...waitingRoom(delayedExchange(event, delayMs), ms, eventExchange(event), options)];
}

/** The exchange where the events of a domain wait before they are published: `keelson.delay.5000.order`. */
export function delayedExchange(event: string, delayMs: number): string {
  return `${delayQueue(delayStep(delayMs))}.${eventExchange(event)}`;
}

/** The delay rounded up to two digits (1234 -> 1300), as each different one is a queue. */
export function delayStep(delayMs: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, delayMs))) - 1);
  return Math.max(1, Math.ceil(delayMs / step) * step);
}

function eventSource(source: Source & { kind: 'event' }, options: TopologyOptions): readonly Declaration[] {
  const queue = eventQueue(source.name, source.group);
  return [
    eventExchangeOf(source.name),
    deadLettersOf(queue),
    {
      kind: 'queue',
      name: queue,
      arguments: {
        ...deadLetteredTo('', options),
        'x-dead-letter-routing-key': deadLetterQueue(queue),
        ...(source.ordered ? { 'x-single-active-consumer': true } : {}),
      },
      shared: false,
    },
    { kind: 'binding', queue, exchange: eventExchange(source.name), routingKey: source.name },
    ...source.delaysMs.flatMap((ms) => delayOf(ms, options)),
  ];
}

function commandSource(name: string, options: TopologyOptions): readonly Declaration[] {
  const queue = commandQueue(name);
  return [
    commandExchangeDeclaration,
    { kind: 'queue', name: queue, arguments: { 'x-queue-type': options.queueType }, shared: false },
    { kind: 'binding', queue, exchange: commandExchange, routingKey: name },
  ];
}

/** A fanout exchange keeps the routing key, which dead-lettering then goes by. */
function waitingRoom(name: string, ms: number, exchange: string, options: TopologyOptions): readonly Declaration[] {
  return [
    { kind: 'exchange', name, type: 'fanout' },
    { kind: 'queue', name, arguments: { ...deadLetteredTo(exchange, options), 'x-message-ttl': ms }, shared: true },
    { kind: 'binding', queue: name, exchange: name, routingKey: '' },
  ];
}

// At least once: a quorum queue keeps a letter until the other queue has it. It needs reject-publish, and RabbitMQ 3.10.
function deadLetteredTo(exchange: string, options: TopologyOptions): Record<string, string> {
  const common = { 'x-queue-type': options.queueType, 'x-dead-letter-exchange': exchange };
  if (options.queueType === 'classic') return common;
  return { ...common, 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish' };
}
