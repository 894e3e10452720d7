import { randomUUID } from 'node:crypto';
import { memoryTransport, type Envelope, type MemoryBroker, type Transport } from '../../messaging';
import { type SubscriptionFacts, type PoisonFate } from './orders';
import { until } from './pause';

/** How long it may take until all of it has come somewhere, in ms. */
const limitMs = 4_000;

/** Gives each subscription a message that is no JSON, and one that is JSON and makes no sense. Resolves when their fate is clear. */
export async function givePoison(
  broker: MemoryBroker,
  subscriptions: readonly SubscriptionFacts[],
): Promise<readonly PoisonFate[]> {
  const transport = memoryTransport({ broker });
  await transport.start();
  const doses = new Map<string, readonly [string, string]>();
  for (const event of new Set(subscriptions.map((one) => one.event))) {
    const unreadable = await give(transport, event, '{ no JSON');
    doses.set(event, [unreadable, await give(transport, event, '{"keelson-doctor":"poison"}')]);
  }
  await until(limitMs, () => subscriptions.every(({ event, group }) => settled(broker, `${event}.${group}`)));
  await transport.stop();
  return subscriptions.map((subscription) => {
    const queue = `${subscription.event}.${subscription.group}`;
    const letters = new Set(broker.deadLetters(queue).map(({ envelope }) => envelope.id));
    const [unreadable, senseless] = doses.get(subscription.event) ?? ['', ''];
    const elsewhere = settled(broker, queue) ? 'gone' : 'waiting';
    return {
      subscription,
      unreadable: letters.has(unreadable),
      senseless: letters.has(senseless) ? 'dead' : elsewhere,
    };
  });
}

function settled(broker: MemoryBroker, queue: string): boolean {
  const facts = broker.queues().find(({ name }) => name === queue);
  return facts !== undefined && facts.ready + facts.unacked + facts.delayed === 0;
}

async function give(transport: Transport, type: string, body: string): Promise<string> {
  const id = randomUUID();
  const envelope: Envelope = {
    id,
    type,
    source: 'keelson-doctor',
    time: new Date().toISOString(),
    key: undefined,
    contentType: 'application/json',
    headers: {},
    body: Buffer.from(body),
    attempt: 1,
    deadline: undefined,
  };
  await transport.publish(envelope, { timeoutMs: 1_000, signal: undefined, ttlMs: undefined, delayMs: 0 });
  return id;
}
