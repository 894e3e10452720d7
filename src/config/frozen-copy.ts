import { isPlainObject } from './show';

/** Names that reach an object's prototype. Nothing in a configuration may be called so. */
export const forbiddenNames: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

const deepest = 64;

/** A copy that nobody can write to, or why there cannot be one. */
export type FrozenCopy = { readonly value: unknown } | { readonly refused: string };

/**
 * Copies lists and plain objects, all the way down, and freezes the copy. Other objects (instances of classes, functions) are taken as
 * they are.
 */
export function frozenCopy(value: unknown): FrozenCopy {
  try {
    return { value: copy(value, []) };
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.message };
    throw error;
  }
}

class Refusal extends Error {}

function copy(value: unknown, within: readonly unknown[]): unknown {
  if (!Array.isArray(value) && !isPlainObject(value)) return value;
  if (within.length === deepest || within.includes(value)) {
    throw new Refusal(`something at most ${deepest} levels deep and without circles`);
  }
  const here = [...within, value];
  if (Array.isArray(value)) return Object.freeze(value.map((item: unknown) => copy(item, here)));
  const made: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    if (forbiddenNames.has(name))
      throw new Refusal('an object without members named __proto__, constructor or prototype');
    made[name] = copy(item, here);
  }
  return Object.freeze(made);
}
