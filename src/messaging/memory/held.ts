import { type Clock } from '../../core';
import { type Envelope, type Reply } from '../transport';

/** A message in a queue. */
export interface Held {
  readonly envelope: Envelope;
  /** What it counts for against the limit of its queue. */
  readonly bytes: number;
  /** By the clock that does not jump; Infinity: never. */
  readonly expiresAt: number;
  /** Of a command: takes the reply to who waits for it. */
  readonly answer: ((reply: Reply) => void) | undefined;
  /** How often it was delivered and came back. */
  redeliveries: number;
  /** Its place in its queue: what comes back goes where it was. */
  place: number;
}

/** What the fields of an envelope that are always there take, roughly. */
const fixedBytes = 200;

/** Body, headers, and something for the rest. */
export function sizeOf({ body, headers }: Envelope): number {
  let bytes = fixedBytes + body.length;
  for (const name in headers) bytes += name.length + (headers[name] as string).length;
  return bytes;
}

/** A message as it comes into a queue. */
export function held(envelope: Envelope, bytes: number, expiresAt: number, answer?: (reply: Reply) => void): Held {
  return { envelope, bytes, expiresAt, answer, redeliveries: 0, place: 0 };
}

/** When its sender stops waiting for a command, by the clock that does not jump: the wall clock may be set while it waits. */
export function deadlineOf({ deadline }: Envelope, clock: Clock): number {
  return deadline === undefined ? Infinity : clock.now() + deadline - clock.wall();
}
