import { createService, isKeelsonError, KeelsonError } from 'keelson';
import { carton } from './catalogue';
import { orderPlaced, reserveStock } from './messages';
import { ladder, retryDelaysMs, type MessagingParts } from './options';

interface Parcel {
  readonly order: string;
  readonly sku: string;
  readonly quantity: number;
}

/** Packs a parcel for each order, in a carton that it asks inventory for. */
export function createShipping(settings: Record<string, unknown> = {}, messaging?: MessagingParts) {
  const service = createService({ name: 'shipping', config: { retryDelaysMs }, settings, messaging });
  const packed = service.metrics.counter({ name: 'parcels_total', help: 'Parcels packed.' });
  // A real one has them in a database.
  const parcels = new Map<string, Parcel>();

  /** Under an id of its own, so that asking twice is as good as once, and whatever kept the answer away the event can be handled again. */
  async function takeCarton(order: string): Promise<void> {
    try {
      await service.messaging.send(reserveStock, { id: `carton-for-${order}`, sku: carton, quantity: 1 });
    } catch (error) {
      // Inventory's own word, also on whether another try makes sense: there are no cartons left.
      if (isKeelsonError(error, 'REPLY_FAILED')) throw error;
      // There was no answer. That is no reason to send the command again blindly, so its error is not retryable; with an id it is safe.
      throw new KeelsonError('NO_ANSWER', 'Inventory has not answered.', { retryable: true, cause: error });
    }
  }

  service.messaging.subscribe(
    orderPlaced,
    async ({ data: { id, sku, quantity } }) => {
      if (parcels.has(id)) return;
      await takeCarton(id);
      parcels.set(id, { order: id, sku, quantity });
      packed.inc();
      service.log.info('packed', { order: id });
    },
    { retry: ladder(service.config.get('retryDelaysMs')) },
  );

  service.app.get('/parcels/:order', (req, res) => {
    const parcel = parcels.get(req.params.order);
    if (parcel === undefined)
      throw new KeelsonError('NOT_FOUND', `There is no parcel for the order ${req.params.order}.`, {
        retryable: false,
      });
    res.json(parcel);
  });

  return service;
}
