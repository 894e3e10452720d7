import { type StandardSchema } from 'keelson';
import { listPrices } from './catalogue';

/** What somebody wants to have, and how many of it. */
export interface Purchase {
  readonly sku: string;
  readonly quantity: number;
}

/** Written by hand, because the shop needs no library for two fields. A schema of zod, valibot or arktype would stand here just as well. */
export const purchase: StandardSchema<Purchase> = {
  '~standard': {
    version: 1,
    vendor: 'shop',
    validate: (value) => {
      const { sku, quantity } = (value ?? {}) as Partial<Record<keyof Purchase, unknown>>;
      const issues = [];
      if (typeof sku !== 'string' || !listPrices.has(sku))
        issues.push({ path: ['sku'], message: `one of ${[...listPrices.keys()].join(', ')}` });
      if (!Number.isInteger(quantity) || Number(quantity) < 1)
        issues.push({ path: ['quantity'], message: 'a whole number, 1 or more' });
      return issues.length > 0 ? { issues } : { value: { sku, quantity } as Purchase };
    },
  },
};
