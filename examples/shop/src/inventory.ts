import { createService, KeelsonError, validate } from 'keelson';
import { carton, listPrices } from './catalogue';
import { reserveStock, type StockRequest } from './messages';
import { type MessagingParts } from './options';
import { purchase } from './purchase';

/** Keeps articles for orders, and cartons for parcels. A real one has its stock in a database; here each instance has shelves of its own. */
export function createInventory(settings: Record<string, unknown> = {}, messaging?: MessagingParts) {
  const service = createService({
    name: 'inventory',
    config: {
      stock: { doc: 'How many of each article there are', format: 'nat', default: 100, env: 'STOCK' },
      cartons: { doc: 'How many cartons there are', format: 'nat', default: 1_000_000, env: 'CARTONS' },
    },
    settings,
    messaging,
  });
  const left = new Map([...listPrices.keys()].map((sku) => [sku, service.config.get('stock')]));
  left.set(carton, service.config.get('cartons'));
  const reserved = new Set<string>();

  /** Under the id of whoever asks, so that doing it twice is as good as once: who got no answer may ask again. */
  function reserve({ id, sku, quantity }: StockRequest): number {
    const remaining = left.get(sku) ?? 0;
    if (reserved.has(id)) return remaining;
    if (quantity > remaining)
      throw new KeelsonError('OUT_OF_STOCK', `There are ${remaining} of ${sku}.`, { status: 409, retryable: false });
    left.set(sku, remaining - quantity);
    reserved.add(id);
    service.log.info('reserved', { id, sku, quantity });
    return remaining - quantity;
  }

  service.app.put('/reservations/:id', validate({ body: purchase }), (req, res) => {
    const { sku, quantity } = req.body;
    const { id } = req.params;
    reserve({ id, sku, quantity });
    res.json({ id, sku, quantity });
  });

  service.messaging.handle(reserveStock, ({ data }) => ({ id: data.id, left: reserve(data) }));

  return service;
}
