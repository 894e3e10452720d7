/** What the shop sells: the list price of each article, in cents. */
export const listPrices: ReadonlyMap<string, number> = new Map([
  ['anchor', 12_900],
  ['compass', 4_500],
  ['rope', 900],
]);
