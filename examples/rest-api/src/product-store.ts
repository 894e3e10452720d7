import { KeelsonError } from 'keelson';
import { type Database } from './database/database';
import { type NewProduct, type Product, type ProductPage, type ProductUpdate } from './product';

export type ProductStore = ReturnType<typeof createProductStore>;

const columns = 'sku, name, cents, version, updated_at as "updatedAt"';

/** Products in the database. Values travel beside the SQL, never in it. */
export function createProductStore(database: Database) {
  return {
    /** @throws PRODUCT_EXISTS, so that a creation which is sent twice makes one product */
    async create({ sku, name, cents }: NewProduct): Promise<Product> {
      const [product] = await database.query<Product>(
        `insert into products (sku, name, cents) values ($1, $2, $3) on conflict (sku) do nothing returning ${columns}`,
        [sku, name, cents],
      );
      if (product !== undefined) return product;
      throw new KeelsonError('PRODUCT_EXISTS', `There is a product ${sku} already.`, { status: 409, retryable: false });
    },

    /** By the key, not by an offset: the thousandth page costs no more than the first, and a product that is added meanwhile shifts none. */
    async list({ after = '', limit }: ProductPage): Promise<Product[]> {
      return database.query<Product>(`select ${columns} from products where sku > $1 order by sku limit $2`, [
        after,
        limit,
      ]);
    },

    /** @throws NOT_FOUND */
    async read(sku: string): Promise<Product> {
      const [product] = await database.query<Product>(`select ${columns} from products where sku = $1`, [sku]);
      return product ?? missing(sku);
    },

    /** @throws NOT_FOUND; VERSION_CONFLICT when somebody else has changed it since: nobody's change is overwritten unseen */
    async update(sku: string, { name, cents, version }: ProductUpdate): Promise<Product> {
      return database.transaction(async (sql) => {
        const [now] = await sql.query<Product>('select version from products where sku = $1 for update', [sku]);
        if (now === undefined) return missing(sku);
        if (now.version !== version) {
          const message = `The product ${sku} has been changed: read it again.`;
          throw new KeelsonError('VERSION_CONFLICT', message, {
            status: 409,
            retryable: false,
            details: { version: now.version },
          });
        }
        const [product] = await sql.query<Product>(
          `update products set name = $2, cents = $3, version = version + 1, updated_at = now() where sku = $1 returning ${columns}`,
          [sku, name, cents],
        );
        return product ?? missing(sku);
      });
    },

    /** @returns what it was last @throws NOT_FOUND */
    async delete(sku: string): Promise<Product> {
      const [product] = await database.query<Product>(`delete from products where sku = $1 returning ${columns}`, [
        sku,
      ]);
      return product ?? missing(sku);
    },
  };
}

function missing(sku: string): never {
  throw new KeelsonError('NOT_FOUND', `There is no product ${sku}.`, { retryable: false });
}
