import { createService, KeelsonError } from 'keelson';
import { taxRates } from './catalogue';
import { orderPlaced } from './messages';
import { ladder, retryDelaysMs, type MessagingParts } from './options';

export interface Invoice {
  readonly number: number;
  readonly order: string;
  readonly netCents: number;
  readonly taxCents: number;
}

/**
 * Writes an invoice for each order.
 *
 * @param invoices by order. A real one has them in a database; here whoever replaces a billing hands its book on
 */
export function createBilling(
  settings: Record<string, unknown> = {},
  messaging?: MessagingParts,
  invoices = new Map<string, Invoice>(),
) {
  const service = createService({
    name: 'billing',
    config: {
      faultySku: {
        doc: 'A bug, to be switched on: the article whose tax cannot be computed',
        format: String,
        default: '',
        env: 'FAULTY_SKU',
      },
      retryDelaysMs,
    },
    settings,
    messaging,
  });
  const written = service.metrics.counter({ name: 'invoices_total', help: 'Invoices written.' });

  /** What is in the price as tax. */
  function taxOf(sku: string, totalCents: number): number {
    const rate = sku === service.config.get('faultySku') ? undefined : taxRates.get(sku);
    // As far as billing knows the rate may be there a little later, so it is worth another try.
    if (rate === undefined)
      throw new KeelsonError('TAX_UNKNOWN', `There is no tax rate for ${sku}.`, { retryable: true });
    return Math.round((totalCents * rate) / (1 + rate));
  }

  service.messaging.subscribe(
    orderPlaced,
    ({ data: { id, sku, totalCents } }) => {
      // At least once: an event may come again, from another process too. An order has one invoice.
      if (invoices.has(id)) return;
      const taxCents = taxOf(sku, totalCents);
      invoices.set(id, { number: invoices.size + 1, order: id, netCents: totalCents - taxCents, taxCents });
      written.inc();
      service.log.info('invoiced', { order: id });
    },
    { retry: ladder(service.config.get('retryDelaysMs')) },
  );

  service.app.get('/invoices/:order', (req, res) => {
    const invoice = invoices.get(req.params.order);
    if (invoice === undefined)
      throw new KeelsonError('NOT_FOUND', `There is no invoice for the order ${req.params.order}.`, {
        retryable: false,
      });
    res.json(invoice);
  });

  return service;
}
