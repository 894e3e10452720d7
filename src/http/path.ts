/** The path of a request's URL, without the query: that is where secrets travel. */
export function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}
