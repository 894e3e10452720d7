import { KeelsonError, isKeelsonError, type StandardSchema } from '../core';
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
  /** It was lost on its way to the handler, on purpose: it comes again. */
  | { readonly kind: 'dropped'; readonly delayMs: number }
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
  /** Where faults are injected on purpose. @default nowhere */
  readonly faulty?: ConsumeStage | undefined;
  /** Makes of what the handler returned what the outcome has. */
  readonly conclude?: (value: unknown) => unknown;
}

/** What can be told at once is: a promise for each step of each message costs more than all the steps do. */
export type Answer = Outcome | Promise<Outcome>;

/** What comes next for a message. */
export type Handle = (handling: Handling) => Answer;
/** One step of its way. */
export type ConsumeStage = (handling: Handling, next: Handle) => Answer;

/** A message that was delivered so often without being acked goes to the dead letters before it is handled once more. */
export const mostRedeliveries = 20;

/** How a message is handled, from the outside to the handler. Nothing here acks: settle.ts does. Neither throws nor rejects. */
export function consumeChain(parts: ConsumeParts): Handle {
  const stages: ConsumeStage[] = [
    failures,
    tooOften,
    expired,
    readable(parts),
    ...(parts.faulty === undefined ? [] : [parts.faulty]),
    ...(parts.dedupe === undefined ? [] : [claimed(parts, parts.dedupe)]),
  ];
  return stages.reduceRight<Handle>((next, stage) => (handling) => stage(handling, next), handled(parts));
}

/** What is thrown within, by the handler as a rule, is an outcome like others. */
const failures: ConsumeStage = (handling, next) => {
  try {
    const answer = next(handling);
    return answer instanceof Promise ? answer.catch(failedBy) : answer;
  } catch (error) {
    return failedBy(error);
  }
};

const tooOften: ConsumeStage = (handling, next) => {
  const { redeliveries = 0 } = handling.delivery;
  return redeliveries >= mostRedeliveries ? { kind: 'too-often', redeliveries } : next(handling);
};

const expired: ConsumeStage = (handling, next) => {
  const { deadline, startedAt } = handling;
  return deadline !== undefined && deadline <= startedAt ? { kind: 'expired' } : next(handling);
};

function readable({ what, schema, maxMessage }: ConsumeParts): ConsumeStage {
  return (handling, next) => {
    const { envelope, malformed } = handling.delivery;
    const handOn = (data: unknown): Answer => {
      handling.data = data;
      return next(handling);
    };
    let data: unknown;
    try {
      if (malformed !== undefined) {
        throw new KeelsonError('PAYLOAD_INVALID', `${what}: ${malformed}.`, { retryable: false });
      }
      data = checkData(what, decodeJson(what, envelope.body, maxMessage), schema);
    } catch (error) {
      return unreadable(error);
    }
    return data instanceof Promise ? data.then(handOn, unreadable) : handOn(data);
  };
}

function claimed({ claimPrefix, leaseMs }: ConsumeParts, store: DedupeStore): ConsumeStage {
  return (handling, next) => {
    const id = claimId(claimPrefix, handling.delivery.envelope);
    const decided = (claim: Claim): Answer => {
      if (claim !== 'claimed') return { kind: claim === 'done' ? 'duplicate' : 'busy' };
      handling.claim = id;
      return next(handling);
    };
    let claiming: Claim | Promise<Claim>;
    try {
      claiming = store.claim(id, leaseMs);
    } catch (error) {
      return busyBy(error);
    }
    return typeof claiming === 'string' ? decided(claiming) : claiming.then(decided, busyBy);
  };
}

function handled({ handler, conclude }: ConsumeParts): Handle {
  const concluded = (value: unknown): Answer => {
    const made = conclude?.(value);
    return made instanceof Promise ? made.then(done) : done(made);
  };
  const ended = conclude === undefined ? done : concluded;
  return (handling) => {
    const value = handler(handling.message());
    return isThenable(value) ? Promise.resolve(value).then(ended) : ended(value);
  };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { readonly then?: unknown }).then === 'function'
  );
}

function done(value: unknown): Outcome {
  return { kind: 'done', value };
}

function failedBy(error: unknown): Outcome {
  return { kind: 'failed', error };
}

function busyBy(error: unknown): Outcome {
  return { kind: 'busy', error };
}

/** What a schema throws is its own failure, and says nothing about the message. */
function unreadable(error: unknown): Outcome {
  if (!isKeelsonError(error)) throw error;
  return { kind: 'malformed', error };
}
