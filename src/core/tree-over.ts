/** Puts one tree of values, as settings are, over another. Neither is changed. */
export function treeOver(
  below: Readonly<Record<string, unknown>>,
  above: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged = new Map(Object.entries(below));
  for (const [name, value] of Object.entries(above)) {
    const under = merged.get(name);
    if (value !== undefined) merged.set(name, isTree(under) && isTree(value) ? treeOver(under, value) : value);
  }
  return Object.fromEntries(merged);
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Those of another realm, as under jest, have another Object.prototype.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
