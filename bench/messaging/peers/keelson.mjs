// keelson/messaging with validation, trace headers, metrics and, where it consumes, dedupe; `collector` adds spans of every message, exported there.
import { setTimeout as sleep } from 'node:timers/promises';
import { createMessaging, defineCommand, defineEvent, memoryDedupe, memoryTransport } from 'keelson/messaging';
import { createMetrics } from 'keelson/metrics';
import { createTracing, resolveTracingSettings } from 'keelson/tracing';
import { batched, windowed } from '../loops.mjs';
import { commandName, eventName, groupName } from '../names.mjs';
import { order, orderSchema } from '../order.mjs';

const placed = defineEvent(eventName, { schema: orderSchema });
const check = defineCommand(commandName, { request: orderSchema, reply: orderSchema });

function tracingOf(service, collector) {
  const settings = resolveTracingSettings(collector === undefined ? {} : { exporterOtlpEndpoint: collector });
  const tracing = createTracing({ service, settings });
  tracing.start();
  return tracing;
}

async function overRabbit({ url, type, queueType = type }, meter) {
  const { amqpTransport } = await import('keelson/messaging/amqp');
  return amqpTransport({ url, meter, ...(queueType !== undefined && { queueType }) });
}

async function open(options, transportOf = overRabbit) {
  const { prefetch, collector } = options;
  const service = { name: groupName, version: '1.0.0', instance: 'bench-1' };
  const meter = createMetrics({ service });
  return createMessaging({
    source: service.name,
    transport: await transportOf(options, meter),
    dedupe: memoryDedupe(),
    limits: prefetch === undefined ? {} : { prefetch },
    meter,
    tracing: tracingOf(service, collector),
  });
}

async function taking(messaging) {
  messaging.open();
  while (messaging.details().consumers.some(({ state }) => state !== 'taking')) await sleep(5);
}

/** Declares the queue by taking from it for a moment, as a subscriber that is not there now has done. */
export async function publish(options) {
  const messaging = await open(options);
  await messaging.start();
  const subscription = messaging.subscribe(placed, () => undefined);
  await taking(messaging);
  await subscription.close();
  return windowed(options.window, () => messaging.publish(placed, order));
}

export async function consume(options) {
  const messaging = await open(options);
  messaging.subscribe(placed, ({ data }) => options.seen(data));
  await messaging.start();
  messaging.open();
  return async () => {
    await messaging.finish(AbortSignal.timeout(5_000));
    await messaging.stop(AbortSignal.timeout(5_000));
  };
}

export async function request(options) {
  const server = await open(options);
  server.handle(check, ({ data }) => data);
  await server.start();
  await taking(server);
  const client = await open(options);
  await client.start();
  return () => client.send(check, order);
}

/** From publish to handler in this process. As many are on their way as a batch has, and all were handled before the next. */
export async function inMemory(options) {
  const messaging = await open(options, async () => memoryTransport());
  let handled = 0;
  let sent = [];
  messaging.subscribe(placed, ({ data }) => {
    if (data.orderId === order.orderId) handled += 1;
  });
  await messaging.start();
  await taking(messaging);
  const settled = async () => {
    await Promise.all(sent);
    while (handled < sent.length) await new Promise(setImmediate);
    [handled, sent] = [0, []];
  };
  return batched(options.batch, () => void sent.push(messaging.publish(placed, order)), settled);
}
