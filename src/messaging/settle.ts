import { KeelsonError, isKeelsonError, rest, type Clock, type Logger } from '../core';
import { mostRedeliveries, type Outcome } from './consume';
import { codeOf, deathNote, safely } from './death-note';
import { type DedupeStore } from './dedupe';
import { type Handling } from './handling';
import { isHopeless } from './hopeless';
import { type SourceMetrics } from './source-metrics';
import { badReply } from './reply';
import { type DeathNote, type Delivery, type Reply } from './transport';

/** A message that stays in hand and is to be handled again, here. */
export interface Again {
  readonly delayMs: number;
  readonly attempt: number;
}

/** When to handle it again, where that is to be done here. At once where nothing has to be waited for. */
export type Settled = Again | undefined | Promise<Again | undefined>;

/** Ends deliveries. */
export type Settle = (handling: Handling, outcome: Outcome) => Settled;

/** What settling needs. */
export interface SettleParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: SourceMetrics;
  /** Masks secrets in what an error says: dead letters are read by people. */
  readonly redact: (text: string) => string;
  /** Aborts when the service cannot wait any longer. */
  readonly closing: AbortSignal;
}

/** What settling events needs beside. */
export interface SettleEventParts extends SettleParts {
  readonly delaysMs: readonly number[];
  /** Failures are handled again in place, so that the order holds. */
  readonly ordered: boolean;
  readonly dedupe: DedupeStore | undefined;
}

/** When a message that another handles just now is looked at again, in ms. */
export const busyDelayMs = 5_000;

/** How an event ends: handled, handled again later, or among the dead letters; never acked before one of them is sure. */
export function settleEvent(parts: SettleEventParts): Settle {
  const { metrics, log } = parts;
  return (handling, outcome) => {
    const { delivery } = handling;
    switch (outcome.kind) {
      case 'done': {
        const remembering = remember(parts, handling);
        if (remembering !== undefined) return acked(remembering, delivery);
        break;
      }
      case 'duplicate':
        metrics.duplicates.inc();
        break;
      case 'expired':
        metrics.expired.inc();
        break;
      case 'busy':
        if (outcome.error !== undefined)
          log.warn('the dedupe store failed', { err: outcome.error, id: delivery.envelope.id });
        return later(parts, handling, busyDelayMs, handling.attempt);
      case 'dropped':
        return later(parts, handling, outcome.delayMs, handling.attempt);
      case 'malformed':
        return dead(parts, handling, 'malformed', outcome.error, handling.attempt - 1);
      case 'too-often':
        return dead(parts, handling, 'delivery_limit', deliveredTooOften(outcome.redeliveries), handling.attempt);
      case 'failed':
        return failed(parts, handling, outcome.error);
    }
    delivery.ack();
    return undefined;
  };
}

/** How a command ends: answered at once, whatever came of it. */
export function settleCommand(parts: SettleParts): Settle {
  return (handling, outcome) => {
    const { delivery } = handling;
    if (outcome.kind === 'expired') parts.metrics.expired.inc();
    else delivery.reply(replyTo(outcome));
    if (outcome.kind === 'failed' && isFault(outcome.error)) {
      parts.log.error('a command failed', { err: outcome.error, id: delivery.envelope.id });
    }
    delivery.ack();
    return undefined;
  };
}

/** Something for the developer, as it is with requests: a refusal with a code below 500 is a normal answer. */
function isFault(error: unknown): boolean {
  return safely(() => !isKeelsonError(error) || error.status >= 500, true);
}

function replyTo(outcome: Outcome): Reply {
  switch (outcome.kind) {
    case 'done':
      return outcome.value as Reply;
    case 'failed':
    case 'malformed':
      return safely(() => badReply(outcome.error), badReply(undefined));
    case 'too-often':
      return badReply(deliveredTooOften(outcome.redeliveries));
    case 'busy':
    case 'duplicate':
    case 'dropped':
    case 'expired':
      return badReply(undefined);
  }
}

async function failed(parts: SettleEventParts, handling: Handling, error: unknown): Promise<Again | undefined> {
  await release(parts, handling);
  // It was told to stop, not at fault: it is given back as it is, and begins again elsewhere.
  if (handling.cut) return undefined;
  const { attempt, delivery } = handling;
  const { id } = delivery.envelope;
  if (delivery.lost) {
    parts.log.warn('a message failed, and the broker has taken it back: it is delivered again', {
      id,
      attempt,
      err: error,
    });
    return undefined;
  }
  const delayMs = parts.delaysMs[attempt - 1];
  if (delayMs === undefined || safely(() => isHopeless(error), false))
    return dead(parts, handling, 'failed', error, attempt);
  parts.metrics.retried.inc();
  parts.log.warn('a message failed and will be handled again', { id, attempt, delayMs, err: error });
  return later(parts, handling, delayMs, attempt + 1);
}

async function later(
  parts: SettleEventParts,
  handling: Handling,
  delayMs: number,
  attempt: number,
): Promise<Again | undefined> {
  if (parts.ordered) return { delayMs, attempt };
  const { delivery } = handling;
  if (await persist(parts, handling, 'the delay queue', () => delivery.postpone(delayMs, attempt))) delivery.ack();
  return undefined;
}

async function dead(
  parts: SettleEventParts,
  handling: Handling,
  reason: DeathNote['reason'],
  error: unknown,
  attempts: number,
): Promise<undefined> {
  const { delivery } = handling;
  const note = deathNote(reason, error, attempts, parts.redact);
  if (!(await persist(parts, handling, 'the dead letters', () => delivery.bury(note)))) return;
  delivery.ack();
  parts.metrics.dead(reason);
  parts.log.error('a message went to the dead letters', { id: delivery.envelope.id, reason, attempts, err: error });
}

/**
 * Tries until the broker has taken it.
 *
 * @returns false: it could not be, and the message is not acked, so that the broker keeps it
 */
async function persist(
  parts: SettleEventParts,
  { delivery }: Handling,
  where: string,
  put: () => Promise<void>,
): Promise<boolean> {
  for (let delayMs = 100; ; delayMs = Math.min(delayMs * 2, 5_000)) {
    // The broker has taken it back and delivers it again: a copy would be one too many.
    if (delivery.lost) return false;
    try {
      await put();
      return true;
    } catch (err) {
      if (delivery.lost || parts.closing.aborted) return false;
      const { id } = delivery.envelope;
      parts.log.warn(`a message could not be put into ${where} and is kept; it is tried again`, { id, delayMs, err });
      await rest(parts.clock, delayMs, parts.closing);
    }
  }
}

async function acked(remembering: Promise<void>, delivery: Delivery): Promise<undefined> {
  await remembering;
  delivery.ack();
}

/** A store that fails here must not make a handled message be handled again: it is acked all the same. */
function remember({ dedupe, log }: SettleEventParts, { claim, delivery }: Handling): Promise<void> | undefined {
  const failed = (err: unknown): void => log.warn('the dedupe store failed', { err, id: delivery.envelope.id });
  try {
    const remembering = claim === undefined ? undefined : dedupe?.done(claim);
    return remembering instanceof Promise ? remembering.catch(failed) : undefined;
  } catch (err) {
    failed(err);
    return undefined;
  }
}

async function release({ dedupe, log }: SettleEventParts, { claim, delivery }: Handling): Promise<void> {
  try {
    if (claim !== undefined) await dedupe?.release(claim);
  } catch (err) {
    log.warn('the dedupe store failed', { err, id: delivery.envelope.id });
  }
}

function deliveredTooOften(redeliveries: number): KeelsonError {
  const message = `It was delivered ${redeliveries + 1} times and never settled, and ${mostRedeliveries} are allowed: it may be what ends the process that handles it.`;
  return new KeelsonError('INTERNAL', message, { retryable: false });
}

/** What a metric and a span say of an outcome; empty: it went well. */
export function errorTypeOf(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'done':
    case 'duplicate':
      return '';
    case 'busy':
      return 'BUSY';
    case 'dropped':
      return 'FAULT_INJECTED';
    case 'expired':
      return 'DEADLINE_EXCEEDED';
    case 'too-often':
      return 'DELIVERY_LIMIT';
    case 'failed':
    case 'malformed':
      return codeOf(outcome.error);
  }
}
