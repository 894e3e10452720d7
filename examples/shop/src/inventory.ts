import { createService, KeelsonError, validate } from 'keelson';
import { listPrices } from './catalogue';
import { purchase } from './purchase';

/** Keeps articles for orders. A real one has its stock in a database; here each instance has shelves of its own. */
export function createInventory(settings: Record<string, unknown> = {}) {
  const service = createService({
    name: 'inventory',
    config: { stock: { doc: 'How many of each article there are', format: 'nat', default: 100, env: 'STOCK' } },
    settings,
  });
  const left = new Map([...listPrices.keys()].map((sku) => [sku, service.config.get('stock')]));
  const reserved = new Set<string>();

  // PUT under the caller's id, so that doing it twice is as good as once: a caller that got no answer may ask again.
  service.app.put('/reservations/:id', validate({ body: purchase }), (req, res) => {
    const { sku, quantity } = req.body;
    const { id } = req.params;
    const remaining = left.get(sku) ?? 0;
    if (!reserved.has(id)) {
      if (quantity > remaining)
        throw new KeelsonError('OUT_OF_STOCK', `There are ${remaining} of ${sku}.`, { status: 409, retryable: false });
      left.set(sku, remaining - quantity);
      reserved.add(id);
      service.log.info('reserved', { id, sku, quantity });
    }
    res.json({ id, sku, quantity });
  });

  return service;
}
