import { type Query } from './contract';

/**
 * The request target: the path with the query added.
 *
 * @throws TypeError for a path that does not begin with a slash, or has a fragment, white space or control characters: encode what you put into a path with encodeURIComponent
 */
export function targetOf(path: string, query: Query | undefined): string {
  if (!path.startsWith('/') || path.startsWith('//')) {
    throw new TypeError(`A path begins with one slash, not like ${JSON.stringify(path.slice(0, 40))}.`);
  }
  if (!/^[\x21\x22\x24-\x7e]*$/.test(path)) {
    throw new TypeError(`Encode what stands in a path with encodeURIComponent: ${JSON.stringify(path.slice(0, 80))}.`);
  }
  if (query === undefined) return path;
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined) parameters.append(name, String(one));
    }
  }
  const text = parameters.toString();
  return text === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${text}`;
}
