import { createService, KeelsonError } from 'keelson';
import { listPrices } from './catalogue';

/** Knows what an article costs today. */
export function createPricing(settings: Record<string, unknown> = {}) {
  const service = createService({
    name: 'pricing',
    config: {
      discount: { doc: "Today's share off the list price", format: 'ratio', default: 0.1, env: 'DISCOUNT' },
    },
    settings,
  });

  service.app.get('/prices/:sku', (req, res) => {
    const { sku } = req.params;
    const listPrice = listPrices.get(sku);
    if (listPrice === undefined)
      throw new KeelsonError('NOT_FOUND', `There is no article ${sku}.`, { retryable: false });
    res.json({ cents: Math.round(listPrice * (1 - service.config.get('discount'))), from: 'pricing' });
  });

  return service;
}
