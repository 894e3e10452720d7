import { type PlainDetails } from './plain-details';
import { type HealthStatus, isHealthStatus } from './status';

/** What one run of a check came to. */
export interface CheckAnswer {
  readonly status: HealthStatus;
  readonly details?: Readonly<Record<string, unknown>>;
  /** Why it failed, for people. */
  readonly error?: string;
  /** What was thrown, for the log. */
  readonly thrown?: unknown;
}

const up: CheckAnswer = Object.freeze({ status: 'UP' });

/** Reads what a check returned. What cannot be read is DOWN, and says what was wrong; it never throws. */
export function answerOf(returned: unknown, plain: PlainDetails): CheckAnswer {
  if (returned === undefined) return up;
  try {
    return read(returned, plain);
  } catch (error) {
    return { status: 'DOWN', error: `answered with something unreadable: ${messageOf(error, plain)}` };
  }
}

/** A check that threw or rejected is DOWN. */
export function answerToThrown(thrown: unknown, plain: PlainDetails): CheckAnswer {
  return { status: 'DOWN', error: messageOf(thrown, plain), thrown };
}

function read(returned: unknown, plain: PlainDetails): CheckAnswer {
  if (typeof returned !== 'object' || returned === null || Array.isArray(returned)) {
    return { status: 'DOWN', error: `answered with ${kindOf(returned)} instead of a result { status, details }` };
  }
  const status: unknown = 'status' in returned ? (returned.status ?? 'UP') : 'UP';
  if (!isHealthStatus(status))
    return { status: 'DOWN', error: `answered with an unknown status: ${shown(status, plain)}` };
  const details: unknown = 'details' in returned ? returned.details : undefined;
  if (details === undefined || details === null) return { status };
  const shownDetails = plain.details(details);
  return shownDetails === undefined ? { status } : { status, details: shownDetails };
}

function messageOf(thrown: unknown, plain: PlainDetails): string {
  try {
    if (!(thrown instanceof Error)) {
      return plain.text(typeof thrown === 'string' && thrown !== '' ? thrown : `threw ${shown(thrown, plain)}`);
    }
    // A refused connection is an AggregateError without a message; its code says what happened.
    const code: unknown = 'code' in thrown ? thrown.code : undefined;
    return plain.text(thrown.message || (typeof code === 'string' ? code : thrown.name));
  } catch {
    return 'threw something unreadable';
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'undefined';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function shown(value: unknown, plain: PlainDetails): string {
  if (typeof value === 'string') return JSON.stringify(plain.text(value));
  const isSmall = typeof value === 'number' || typeof value === 'boolean';
  return isSmall ? String(value) : kindOf(value);
}
