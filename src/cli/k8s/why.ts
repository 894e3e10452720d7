/** A value of a manifest, and why it is so: the reason becomes a comment. */
export class Why<T = unknown> {
  readonly value: T;
  readonly reason: string;

  constructor(value: T, reason: string) {
    this.value = value;
    this.reason = reason;
  }
}

/** Gives a value its reason. */
export function why<T>(value: T, reason: string): Why<T> {
  return new Why(value, reason);
}

/** A tree without its reasons, and without members that are undefined. */
export function plainOf(tree: unknown): unknown {
  if (tree instanceof Why) return plainOf(tree.value);
  if (Array.isArray(tree)) return tree.map(plainOf);
  if (typeof tree !== 'object' || tree === null) return tree;
  const members = Object.entries(tree).filter(([, value]) => value !== undefined);
  return Object.fromEntries(members.map(([name, value]) => [name, plainOf(value)]));
}
