import { defineEvent } from 'keelson/messaging';
import { z } from 'zod';

const sku = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'Expected small letters, digits and dashes, at most 40');
// Control characters are of no use in a name, and PostgreSQL refuses one of them (NUL) as an error of its own.
const name = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, 'Expected no control characters');
const cents = z.int().min(0).max(100_000_000);
/** Counts the changes of a product: who changes it says which version it has seen. */
const version = z.int().min(1).max(2_000_000_000);

export const newProduct = z.strictObject({ sku, name, cents });
export const productUpdate = z.strictObject({ name, cents, version });
export const productPath = z.object({ sku });
/** The page after a product, in the order of their SKUs. Its size is bounded, whatever the caller asks for. */
export const productPage = z.object({
  after: sku.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

export type NewProduct = z.infer<typeof newProduct>;
export type ProductUpdate = z.infer<typeof productUpdate>;
export type ProductPage = z.infer<typeof productPage>;

export interface Product extends NewProduct {
  readonly version: number;
  readonly updatedAt: Date;
}

/** What subscribers learn of a change: all they need, so that they ask nobody. Of a deleted product it is what it was last. `drop`: it may be that nobody subscribes. */
export const productChanged = defineEvent('product.changed', {
  schema: z.object({ change: z.enum(['created', 'updated', 'deleted']), sku, name, cents, version }),
  unroutable: 'drop',
});
