import { KeelsonError, compose, isKeelsonError, type Stage, type StandardSchema } from '../core';
import { type Message } from './contract';
import { claimId, type Claim, type DedupeStore } from './dedupe';
import { type Handling } from './handling';
import { checkData, decodeJson } from './payload';

/** What became of one attempt to handle a message. */
export type Outcome =
  /** Its handler succeeded; of a command, with this value. */
  | { readonly kind: 'done'; readonly value: unknown }
  /** It had been handled before. */
  | { readonly kind: 'duplicate' }
  /** Another handles it just now; or, with an error, whether that is so cannot be known. */
  | { readonly kind: 'busy'; readonly error?: unknown }
  /** Nobody waits for it any more. */
  | { readonly kind: 'expired' }
  /** It cannot be read, or is not valid. */
  | { readonly kind: 'malformed'; readonly error: unknown }
  /** It was delivered too often: it may be what kills those who take it. */
  | { readonly kind: 'too-often'; readonly redeliveries: number }
  | { readonly kind: 'failed'; readonly error: unknown };

/** What handling messages of one source needs. */
export interface ConsumeParts {
  /** For errors: the event or command, by its name. */
  readonly what: string;
  readonly schema: StandardSchema<unknown> | undefined;
  readonly maxMessage: number;
  /** Undefined: duplicates are not looked for. */
  readonly dedupe: DedupeStore | undefined;
  /** The same for all who share the work. */
  readonly claimPrefix: string;
  /** How long a claim holds, in ms. */
  readonly leaseMs: number;
  readonly handler: (message: Message<unknown>) => unknown;
}

type ConsumeStage = Stage<Handling, Outcome>;

/** A message that was delivered so often without being acked goes to the dead letters before it is handled once more. */
export const mostRedeliveries = 20;

/** How a message is handled, from the outside to the handler. Nothing here acks: settle.ts does. */
export function consumeChain(parts: ConsumeParts): (handling: Handling) => Promise<Outcome> {
  const stages: ConsumeStage[] = [
    failures,
    tooOften,
    expired,
    readable(parts),
    ...(parts.dedupe === undefined ? [] : [claimed(parts, parts.dedupe)]),
  ];
  return compose(stages, async (handling) => ({ kind: 'done', value: await parts.handler(handling.message()) }));
}

/** What is thrown within, by the handler as a rule, is an outcome like others. */
const failures: ConsumeStage = async (handling, next) => {
  try {
    return await next(handling);
  } catch (error) {
    return { kind: 'failed', error };
  }
};

const tooOften: ConsumeStage = (handling, next) => {
  const { redeliveries = 0 } = handling.delivery;
  return redeliveries >= mostRedeliveries ? Promise.resolve({ kind: 'too-often', redeliveries }) : next(handling);
};

const expired: ConsumeStage = (handling, next) => {
  const { deadline, startedAt } = handling;
  return deadline !== undefined && deadline <= startedAt ? Promise.resolve({ kind: 'expired' }) : next(handling);
};

function readable({ what, schema, maxMessage }: ConsumeParts): ConsumeStage {
  return async (handling, next) => {
    const { envelope, malformed } = handling.delivery;
    try {
      if (malformed !== undefined) {
        throw new KeelsonError('PAYLOAD_INVALID', `${what}: ${malformed}.`, { retryable: false });
      }
      const data = checkData(what, decodeJson(what, envelope.body, maxMessage), schema);
      handling.data = data instanceof Promise ? await data : data;
    } catch (error) {
      // What a schema throws is its own failure, and says nothing about the message.
      if (!isKeelsonError(error)) throw error;
      return { kind: 'malformed', error };
    }
    return next(handling);
  };
}

function claimed({ claimPrefix, leaseMs }: ConsumeParts, store: DedupeStore): ConsumeStage {
  return async (handling, next) => {
    let claim: Claim;
    try {
      const claiming = store.claim(claimId(claimPrefix, handling.delivery.envelope), leaseMs);
      claim = typeof claiming === 'string' ? claiming : await claiming;
    } catch (error) {
      return { kind: 'busy', error };
    }
    if (claim === 'claimed') return next(handling);
    return { kind: claim === 'done' ? 'duplicate' : 'busy' };
  };
}
