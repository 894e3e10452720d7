import { faultError, markFault, type Clock, type Fault, type FaultSource, type Logger, rest } from '../core';
import { type Answer, type ConsumeStage, type Outcome } from './consume';
import { type Handling } from './handling';
import { type Source } from './transport';

/** Kinds that mean something for a command: it is not put back, its sender waits. */
const forCommands = Object.freeze(['delay', 'fail', 'fail-after']);

const forEvents = Object.freeze([...forCommands, 'drop', 'duplicate']);
/** A copy of a copy of a copy would have no end. */
const forCopies = Object.freeze([...forCommands, 'drop']);

/** What the stage needs. */
export interface FaultyStageParts {
  readonly source: Pick<Source, 'kind' | 'name'> & { readonly group?: string };
  /** Undefined: there is no such step. */
  readonly faults: FaultSource<'consume'> | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

type Hit = (handling: Handling, fault: Fault<'consume'>, next: () => Answer) => Promise<Outcome>;

/** The step of a message's way where it meets a fault on purpose, before it is claimed. Whatever happens, the message stays the broker's until it is settled. */
export function faultyStage({ source, faults, clock, log }: FaultyStageParts): ConsumeStage | undefined {
  if (faults === undefined) return undefined;
  const { kind, name, group } = source;
  const subject = { type: name, ...(group === undefined ? {} : { group }) };
  const hit = hits(clock, log);
  const copied = new RecentIds();
  return (handling, next) => {
    const { id, headers } = handling.delivery.envelope;
    const kinds = kind === 'command' ? forCommands : copied.has(id) ? forCopies : forEvents;
    const fault = faults.draw({ ...subject, headers, kinds });
    if (fault === undefined) return next(handling);
    markFault(handling.span, fault);
    if (fault.kind === 'duplicate') copied.add(id);
    return hit(handling, fault, () => next(handling));
  };
}

function hits(clock: Clock, log: Logger): Hit {
  return async (handling, fault, next) => {
    const { kind, delayMs } = fault;
    switch (kind) {
      case 'drop':
        return { kind: 'dropped', delayMs };
      case 'duplicate':
        await copy(handling, delayMs, log);
        return next();
      case 'delay':
      case 'fail':
        await rest(clock, delayMs, handling.signal);
        // Its time was up, or the service could not wait: then it ends as it would have.
        if (handling.signal.aborted) return { kind: 'failed', error: handling.signal.reason };
        return kind === 'delay' ? next() : { kind: 'failed', error: faultError(fault) };
      case 'fail-after': {
        const outcome = await next();
        await rest(clock, delayMs, handling.signal);
        return outcome.kind === 'done' ? { kind: 'failed', error: faultError(fault) } : outcome;
      }
      default:
        return kind satisfies never;
    }
  };
}

/** A copy with the same id, as a broker delivers when an ack was lost. */
async function copy({ delivery, attempt }: Handling, delayMs: number, log: Logger): Promise<void> {
  try {
    if (!delivery.lost) await delivery.postpone(delayMs, attempt);
  } catch (err) {
    log.warn('a message could not be duplicated on purpose', { id: delivery.envelope.id, err });
  }
}

const mostIds = 1_000;

/** The ids of the last messages that were duplicated. */
class RecentIds {
  readonly #ids = new Set<string>();

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  add(id: string): void {
    this.#ids.add(id);
    if (this.#ids.size <= mostIds) return;
    const [oldest] = this.#ids;
    this.#ids.delete(oldest as string);
  }
}
