/** Codes are the users' to choose: so many are told apart, the others count as `_OTHER`, so that a label is bounded. */
const mostErrorTypes = 50;

/** What was made for an error type, or is made now. That it went well, the empty one, is always told apart. */
export function memo<V>(known: Map<string, V>, errorType: string, make: (errorType: string) => V): V {
  const found = known.get(errorType);
  if (found !== undefined) return found;
  const type = known.size < mostErrorTypes || errorType === '' ? errorType : '_OTHER';
  const made = known.get(type) ?? make(type);
  known.set(type, made);
  return made;
}
