import { type Delivery, type Envelope, type EventLimits, type Source } from '../../../src/messaging';

export function envelope(over: Partial<Envelope> = {}): Envelope {
  return {
    id: '1',
    type: 'order.placed',
    source: 'shop',
    time: '2026-11-26T00:00:00.000Z',
    key: undefined,
    contentType: 'application/json',
    headers: {},
    body: Buffer.from('{}'),
    attempt: 1,
    deadline: undefined,
    ...over,
  };
}

export function limits(over: Partial<EventLimits> = {}): EventLimits {
  return { timeoutMs: 1000, signal: undefined, ttlMs: undefined, delayMs: 0, ...over };
}

export function event(over: Partial<Source & { kind: 'event' }> = {}): Source & { kind: 'event' } {
  return {
    kind: 'event',
    name: 'order.placed',
    group: 'billing',
    prefetch: 10,
    ordered: false,
    delaysMs: [],
    ...over,
  };
}

export function command(over: Partial<Source & { kind: 'command' }> = {}): Source & { kind: 'command' } {
  return { kind: 'command', name: 'stock.reserve', prefetch: 10, ...over };
}

/** What came, in its order, none of it acked. */
export function collector(): { deliver: (delivery: Delivery) => void; got: Delivery[]; ids: () => string[] } {
  const got: Delivery[] = [];
  return { deliver: (one) => void got.push(one), got, ids: () => got.map(({ envelope }) => envelope.id) };
}
