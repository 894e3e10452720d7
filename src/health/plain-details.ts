import { createRedactor } from '../core';

/** Makes what a check told fit for a report. */
export interface PlainDetails {
  /** Details as plain data; undefined when they could not be masked. */
  details(told: unknown): Readonly<Record<string, unknown>> | undefined;
  /** A message, cut to size. */
  text(message: string): string;
}

/** Room for one check. A report with a hundred checks stays below a megabyte. */
const limits = Object.freeze({ depth: 5, width: 100, string: 500, total: 8192 });

/**
 * What a check tells may be huge, cyclic, secret or hostile: a report carries a masked copy of bounded size.
 *
 * @param redact masks what only the service knows to be secret; if it throws, nothing is shown
 */
export function plainDetails(redact: (told: unknown) => unknown): PlainDetails {
  const redactor = createRedactor({ limits });
  return Object.freeze({
    details: (told: unknown) => {
      try {
        const plain = withoutStacks(redactor.value(redact(told)));
        return isRecord(plain) ? Object.freeze(plain) : Object.freeze({ value: plain });
      } catch {
        return undefined;
      }
    },
    text: (message: string) => {
      try {
        const masked = redactor.value(redact(message));
        return typeof masked === 'string' ? masked : 'failed';
      } catch {
        return 'failed';
      }
    },
  });
}

/** Errors among the details lose their stacks: those are for logs. Works on the copy, in place. */
function withoutStacks(plain: unknown): unknown {
  if (typeof plain !== 'object' || plain === null) return plain;
  if (isRecord(plain) && 'name' in plain && 'message' in plain) delete plain.stack;
  for (const member of Object.values(plain)) withoutStacks(member);
  return plain;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
