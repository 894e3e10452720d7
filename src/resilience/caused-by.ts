/**
 * An error that came of dealing with another: says so in its `cause`, unless it has one, cannot be written to, or is a cause of the other itself (a circle would keep
 * those who log it busy for ever).
 *
 * @returns the later error
 */
export function causedBy(later: unknown, earlier: unknown): unknown {
  if (!(later instanceof Error) || later.cause !== undefined || !Object.isExtensible(later)) return later;
  for (let one: unknown = earlier; one instanceof Error; one = one.cause) if (one === later) return later;
  Object.defineProperty(later, 'cause', { value: earlier, configurable: true, writable: true, enumerable: false });
  return later;
}

/** Asks about an error. @throws what the question throws, with the error as its cause */
export function judged<A extends unknown[]>(
  about: (error: unknown, ...more: A) => boolean,
  error: unknown,
  ...more: A
): boolean {
  try {
    return about(error, ...more);
  } catch (failure) {
    throw causedBy(failure, error);
  }
}
