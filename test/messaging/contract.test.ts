import { type StandardSchema } from '../../src/core';
import { defineCommand, defineEvent, type Message, type Messaging } from '../../src/messaging';

interface Order {
  readonly id: string;
  readonly note?: string;
}

const placed = defineEvent<Order>('order.placed');
const reserve = defineCommand<{ sku: string }, { left: number }>('stock.reserve');

/** Never called: what is wrong in here does not compile, and tsconfig.check.json compiles it. */
export function uses(messaging: Messaging, schema: StandardSchema<Order>): void {
  void messaging.publish(placed, { id: 'a' }, { key: 'a', ttlMs: 1, delayMs: 1, headers: { a: 'b' } });
  // @ts-expect-error a member is missing
  void messaging.publish(placed, {});
  // @ts-expect-error a member is of another type
  void messaging.publish(placed, { id: 1 });
  // @ts-expect-error a member is unknown
  void messaging.publish(placed, { id: 'a', price: 1 });
  // @ts-expect-error a command is not published
  void messaging.publish(reserve, { sku: 'a' });
  // @ts-expect-error there is no such option
  void messaging.publish(placed, { id: 'a' }, { persistent: true });

  messaging.subscribe(placed, ({ data }) => void data.id.length);
  // @ts-expect-error the data has no such member
  messaging.subscribe(placed, ({ data }) => void data.price);
  // @ts-expect-error the handler wants other data
  messaging.subscribe(placed, (_: Message<{ price: number }>) => undefined);
  // @ts-expect-error a command is not subscribed to
  messaging.subscribe(reserve, () => undefined);
  // @ts-expect-error the ladder is an object
  messaging.subscribe(placed, () => undefined, { retry: [1] });
  messaging.subscribe(placed, () => undefined, { group: 'a', concurrency: 1, ordered: true, retry: { delaysMs: [1] } });

  const reply: Promise<{ left: number }> = messaging.send(reserve, { sku: 'a' }, { timeoutMs: 1 });
  void reply;
  // @ts-expect-error the reply is another
  const wrong: Promise<string> = messaging.send(reserve, { sku: 'a' });
  void wrong;
  // @ts-expect-error a member is missing
  void messaging.send(reserve, {});
  // @ts-expect-error an event is not sent
  void messaging.send(placed, { id: 'a' });

  messaging.handle(reserve, ({ data }) => ({ left: data.sku.length }));
  messaging.handle(reserve, ({ data }) => Promise.resolve({ left: data.sku.length }), { concurrency: 1 });
  // @ts-expect-error the reply is missing
  messaging.handle(reserve, () => undefined);
  // @ts-expect-error the reply is another
  messaging.handle(reserve, () => ({ left: 'none' }));
  // @ts-expect-error a member of the reply is missing
  messaging.handle(reserve, () => ({}));
  // @ts-expect-error commands are not repeated
  messaging.handle(reserve, () => ({ left: 1 }), { retry: { delaysMs: [] } });

  const typed = defineEvent('order.placed', { schema });
  messaging.subscribe(typed, ({ data }) => void data.id.length);
  // @ts-expect-error the schema says what the data is
  void messaging.publish(typed, { id: 1 });
  // @ts-expect-error the schema is for other data
  defineEvent<{ price: number }>('order.placed', { schema });
  // @ts-expect-error it is reject or drop
  defineEvent('order.placed', { unroutable: 'ignore' });
}

test('the data, options and replies of messages are typed by their definitions', () => {
  // The compiler is the test: see `uses`.
  expect(uses).toHaveLength(2);
});
