import { randomUUID } from 'node:crypto';
import { createService, isKeelsonError, KeelsonError, validate, type ServiceClient } from 'keelson';
import { listPrices } from './catalogue';
import { orderPlaced } from './messages';
import { type MessagingParts } from './options';
import { purchase, type Purchase } from './purchase';

/** A price, and who said so: the pricing service, or the list because pricing could not be asked. */
interface Price {
  readonly cents: number;
  readonly from: 'pricing' | 'list';
}

interface Order extends Purchase {
  readonly id: string;
  readonly totalCents: number;
  readonly priceFrom: Price['from'];
}

/** Takes orders: the inventory must have what is ordered, and pricing says what it costs. Who bills and ships hears of it by an event. */
export function createOrders(settings: Record<string, unknown> = {}, messaging?: MessagingParts) {
  const service = createService({
    name: 'orders',
    config: {
      pricingPauseMs: {
        doc: 'How long pricing is not asked once most calls have failed, in ms',
        format: 'nat',
        default: 5_000,
        env: 'PRICING_PAUSE_MS',
      },
    },
    settings,
    messaging,
  });
  const inventory = service.client('inventory', { timeoutMs: 5_000 });
  const pricing = service.client('pricing', {
    attemptTimeoutMs: 1_000,
    timeoutMs: 2_000,
    breaker: { minimumCalls: 10, windowMs: 2_000, openMs: service.config.get('pricingPauseMs') },
    // An order at the list price is better than none.
    fallback: (_error, { path }): Price => ({ cents: listPrices.get(path.slice(pricePath.length)) ?? 0, from: 'list' }),
  });
  // Asked for here, so that it connects at the start and not with the first order.
  const messages = service.messaging;
  const orders = new Map<string, Order>();

  service.app.post('/orders', validate({ body: purchase }), async (req, res) => {
    const { sku, quantity } = req.body;
    const id = randomUUID();
    await reserve(inventory, id, req.body);
    const { cents, from } = await pricing.get<Price>(pricePath + sku);
    const order: Order = { id, sku, quantity, totalCents: cents * quantity, priceFrom: from };
    // Before the customer hears of it: once the broker has it, it is billed and shipped whatever dies.
    await messages.publish(
      orderPlaced,
      { id, sku, quantity, totalCents: order.totalCents },
      { key: id, timeoutMs: 5_000 },
    );
    orders.set(id, order);
    service.log.info('ordered', { ...order });
    res.status(201).location(`/orders/${id}`).json(order);
  });

  service.app.get('/orders/:id', (req, res) => {
    const order = orders.get(req.params.id);
    if (order === undefined)
      throw new KeelsonError('NOT_FOUND', `There is no order ${req.params.id}.`, { retryable: false });
    res.json(order);
  });

  return service;
}

const pricePath = '/prices/';

/** Nothing stands in for a reservation: without one there is no order. */
async function reserve(inventory: ServiceClient, id: string, wanted: Purchase): Promise<void> {
  try {
    await inventory.put(`/reservations/${id}`, wanted);
  } catch (error) {
    // The answer of the inventory is the customer's answer too. Every other error is the shop's own trouble: 502, 503 or 504.
    if (!isKeelsonError(error, 'HTTP_STATUS') || error.details['status'] !== 409) throw error;
    const message = `There are not ${wanted.quantity} of ${wanted.sku}.`;
    throw new KeelsonError('OUT_OF_STOCK', message, { status: 409, retryable: false, cause: error });
  }
}
