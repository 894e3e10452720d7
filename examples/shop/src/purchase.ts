import { listPrices } from './catalogue';
import { oneOf, schemaOf, whole } from './schema';

/** What somebody wants to have, and how many of it. */
export interface Purchase {
  readonly sku: string;
  readonly quantity: number;
}

export const purchase = schemaOf<Purchase>({ sku: oneOf([...listPrices.keys()]), quantity: whole(1) });
