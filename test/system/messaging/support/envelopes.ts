import { type Delivery, type Envelope, type Source, type Transport } from '../../../../src/messaging';

let count = 0;

/** An event with a number as its data. */
export function eventOf(type: string, data: unknown = {}, more: Partial<Envelope> = {}): Envelope {
  count += 1;
  return {
    id: `id-${process.pid}-${count}`,
    type,
    source: 'tests',
    time: new Date().toISOString(),
    key: undefined,
    contentType: 'application/json',
    headers: {},
    body: Buffer.from(JSON.stringify(data)),
    attempt: 1,
    deadline: undefined,
    ...more,
  };
}

/** Publishes at once, with 30 s for the confirm. */
export const soon = { timeoutMs: 30_000, signal: undefined, ttlMs: undefined, delayMs: 0 } as const;

/** What a group takes from an event. */
export function groupOf(name: string, group = 'test', more: Partial<Source & { kind: 'event' }> = {}): Source {
  return { kind: 'event', name, group, prefetch: 100, ordered: false, delaysMs: [], ...more };
}

/** The data of a message. */
export function dataOf(delivery: Delivery): unknown {
  return JSON.parse(delivery.envelope.body.toString());
}

/** Takes and acks everything; tells what came. */
export async function taken(transport: Transport, source: Source): Promise<Delivery[]> {
  const all: Delivery[] = [];
  const consumption = transport.consume(source, (delivery) => {
    all.push(delivery);
    delivery.ack();
  });
  await consumption.ready;
  return all;
}
