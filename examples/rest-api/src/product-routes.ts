import { validate, type Service } from 'keelson';
import { newProduct, productChanged, productPage, productPath, productUpdate, type Product } from './product';
import { type ProductStore } from './product-store';
import { type Ratings } from './ratings';

/** What is wrong with a request is answered by `validate`; what the store throws, by keelson: both as application/problem+json. */
export function addProductRoutes(
  { app, log, messaging }: Pick<Service, 'app' | 'log' | 'messaging'>,
  store: ProductStore,
  ratings: Ratings,
): void {
  app.post('/products', validate({ body: newProduct }), async (req, res) => {
    const product = await store.create(req.body);
    announce('created', product);
    res.status(201).location(`/products/${product.sku}`).json(product);
  });

  app.get('/products', validate({ query: productPage }), async (req, res) => {
    const { limit } = req.query;
    // One more than asked for tells whether there is a next page.
    const found = await store.list({ ...req.query, limit: limit + 1 });
    const products = found.slice(0, limit);
    const next = found.length > limit ? `/products?after=${products.at(-1)?.sku}&limit=${limit}` : null;
    res.json({ products, next });
  });

  app.get('/products/:sku', validate({ params: productPath }), async (req, res) => {
    const product = await store.read(req.params.sku);
    res.json({ ...product, rating: await ratings.of(product.sku) });
  });

  app.put('/products/:sku', validate({ params: productPath, body: productUpdate }), async (req, res) => {
    const product = await store.update(req.params.sku, req.body);
    announce('updated', product);
    res.json(product);
  });

  app.delete('/products/:sku', validate({ params: productPath }), async (req, res) => {
    announce('deleted', await store.delete(req.params.sku));
    res.sendStatus(204);
  });

  /**
   * After the change is stored, and without making the caller wait: a broker that is away does not undo what is done. A stop waits for what is being published. If the
   * process dies in between, the event is lost; where that may not be, store it in the same transaction and publish from there (an outbox).
   */
  function announce(change: 'created' | 'updated' | 'deleted', { sku, name, cents, version }: Product): void {
    const published = messaging.publish(productChanged, { change, sku, name, cents, version }, { key: sku });
    published.catch((error: unknown) => log.error('a change was not published', { sku, version, change, error }));
  }
}
