import { defineCommand, defineEvent } from 'keelson/messaging';
import { carton, listPrices } from './catalogue';
import { oneOf, schemaOf, text, whole } from './schema';

// What the services say to each other by message. Who sends and who takes share the definition, and both check by its schema.

/** What subscribers learn of an order: all they need, so that they ask nobody. */
export interface OrderPlaced {
  readonly id: string;
  readonly sku: string;
  readonly quantity: number;
  readonly totalCents: number;
}

/** An order was taken. `drop`: orders sells on where nobody bills or ships yet. */
export const orderPlaced = defineEvent<OrderPlaced>('order.placed', {
  schema: schemaOf<OrderPlaced>({
    id: text,
    sku: oneOf([...listPrices.keys()]),
    quantity: whole(1),
    totalCents: whole(0),
  }),
  unroutable: 'drop',
});

/** So many of something in stock, under an id that the sender chooses. */
export interface StockRequest {
  readonly id: string;
  readonly sku: string;
  readonly quantity: number;
}

export interface StockReserved {
  readonly id: string;
  /** How many there are still. */
  readonly left: number;
}

/** Inventory keeps it for the sender. Sent again with the same id, it keeps no more of it. */
export const reserveStock = defineCommand<StockRequest, StockReserved>('stock.reserve', {
  request: schemaOf<StockRequest>({ id: text, sku: oneOf([...listPrices.keys(), carton]), quantity: whole(1) }),
  reply: schemaOf<StockReserved>({ id: text, left: whole(0) }),
});
