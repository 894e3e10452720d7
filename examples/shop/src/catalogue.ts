/** What the shop sells: the list price of each article, in cents. */
export const listPrices: ReadonlyMap<string, number> = new Map([
  ['anchor', 12_900],
  ['compass', 4_500],
  ['rope', 900],
]);

/** The share of the price of each article that is added as tax. */
export const taxRates: ReadonlyMap<string, number> = new Map([
  ['anchor', 0.2],
  ['compass', 0.2],
  ['rope', 0.1],
]);

/** Not sold, but in stock: what parcels are packed in. */
export const carton = 'carton';
