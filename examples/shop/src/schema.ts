import { type StandardSchema } from 'keelson';

/** Whether a value is fine, and in words what it must be. */
export type Rule = readonly [holds: (value: unknown) => boolean, expected: string];

/**
 * A schema from a rule for each field; other fields are left out. Written by hand, because the shop needs no library for a few fields. One of zod, valibot or
 * arktype would stand here just as well.
 */
export function schemaOf<T>(rules: Readonly<Record<keyof T & string, Rule>>): StandardSchema<T> {
  const fields = Object.entries<Rule>(rules);
  const validate = (value: unknown) => {
    const given = (value ?? {}) as Readonly<Record<string, unknown>>;
    const issues = fields
      .filter(([name, [holds]]) => !holds(given[name]))
      .map(([name, [, expected]]) => ({ path: [name], message: expected }));
    if (issues.length > 0) return { issues };
    return { value: Object.fromEntries(fields.map(([name]) => [name, given[name]])) as T };
  };
  return { '~standard': { version: 1, vendor: 'shop', validate } };
}

/** One of these words. */
export function oneOf(words: readonly string[]): Rule {
  return [(value) => typeof value === 'string' && words.includes(value), `one of ${words.join(', ')}`];
}

/** An id. */
export const text: Rule = [(value) => typeof value === 'string' && value !== '', 'a text'];

/** A whole number that is not below the least. */
export function whole(least: number): Rule {
  return [(value) => Number.isInteger(value) && Number(value) >= least, `a whole number, ${least} or more`];
}
