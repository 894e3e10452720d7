import { defineEvent } from 'keelson/messaging';

/** An invoice that is to be paid soon. */
export interface InvoiceDue {
  readonly invoice: string;
  readonly email: string;
  /** A day, like 2031-04-30. */
  readonly dueOn: string;
  readonly cents: number;
}

/** A rule for each field, and in words what is wanted. A schema of zod, valibot or arktype could stand here instead. */
const rules: Readonly<Record<keyof InvoiceDue, readonly [holds: (value: unknown) => boolean, expected: string]>> = {
  invoice: [(value) => typeof value === 'string' && value !== '', 'a text'],
  email: [(value) => typeof value === 'string' && /^\S+@\S+$/.test(value), 'an address'],
  dueOn: [(value) => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value), 'a day like 2031-04-30'],
  cents: [(value) => Number.isInteger(value) && Number(value) > 0, 'a whole number, 1 or more'],
};

/** Accounting publishes it, with a definition of the same name; what does not fit the schema goes to the dead letters at once. */
export const invoiceDue = defineEvent<InvoiceDue>('invoice.due', {
  schema: {
    '~standard': {
      version: 1,
      vendor: 'reminders',
      validate: (value) => {
        const given = (value ?? {}) as Readonly<Record<string, unknown>>;
        const issues = Object.entries(rules)
          .filter(([name, [holds]]) => !holds(given[name]))
          .map(([name, [, expected]]) => ({ path: [name], message: expected }));
        return issues.length > 0 ? { issues } : { value: given as unknown as InvoiceDue };
      },
    },
  },
});
