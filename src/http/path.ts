const slash = 0x2f;

/**
 * The path of a request's target, without the query: that is where secrets travel. A target in absolute form
 * (`GET http://user:password@host/path`, as proxies send it) loses its scheme and authority.
 */
export function pathOf(url: string): string {
  const query = url.indexOf('?');
  const target = query === -1 ? url : url.slice(0, query);
  return target.charCodeAt(0) === slash ? target : originFormOf(target);
}

function originFormOf(target: string): string {
  const authority = target.indexOf('://');
  if (authority === -1) return target;
  const path = target.indexOf('/', authority + 3);
  return path === -1 ? '/' : target.slice(path);
}
