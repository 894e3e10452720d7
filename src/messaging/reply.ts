import { KeelsonError, isKeelsonError } from '../core';
import { decodeJson, encodeJson } from './payload';
import { type Reply } from './transport';

/** What a failed command is answered with: what HTTP's problem document says, for callers to see. */
interface Failure {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly status: number;
  readonly details: Readonly<Record<string, unknown>>;
}

/** A good reply. @throws PAYLOAD_INVALID, PAYLOAD_TOO_LARGE */
export function goodReply(command: string, value: unknown, maxBytes: number): Reply {
  return { ok: true, body: encodeJson(`the reply to ${command}`, value, maxBytes) };
}

/** What the handler threw. An error that is not the chassis's is not for the eyes of others: it says that something went wrong. */
export function badReply(error: unknown): Reply {
  const { code, message, retryable, status, details } = isKeelsonError(error)
    ? error
    : new KeelsonError('INTERNAL', 'Something went wrong in the service.', { retryable: true });
  const failure: Failure = { code, message, retryable, status, details };
  try {
    return { ok: false, body: encodeJson('the reply', failure, 65_536) };
  } catch {
    return { ok: false, body: encodeJson('the reply', { ...failure, details: {} }, 1_048_576) };
  }
}

/** The value of a good reply. @throws REPLY_FAILED with what the handler threw as its cause */
export function valueOf(command: string, reply: Reply, maxBytes: number): unknown {
  if (reply.ok) return decodeJson(`the reply to ${command}`, reply.body, maxBytes);
  const cause = causeOf(command, reply.body, maxBytes);
  const message = `The handler of ${command} answered with an error: ${cause.message}`;
  throw new KeelsonError('REPLY_FAILED', message, {
    retryable: cause.retryable,
    cause,
    details: { reply: cause.code },
  });
}

function causeOf(command: string, body: Buffer, maxBytes: number): KeelsonError {
  let failure: Partial<Failure> | undefined;
  try {
    failure = decodeJson(`the reply to ${command}`, body, maxBytes) as Partial<Failure> | undefined;
  } catch {
    // It is told as unknown, below.
  }
  const { code, message, retryable, status, details } = failure ?? {};
  return new KeelsonError(
    typeof code === 'string' ? code : 'INTERNAL',
    typeof message === 'string' ? message : 'The reply says nothing more.',
    {
      retryable: retryable === true,
      ...(typeof status === 'number' ? { status } : {}),
      ...(typeof details === 'object' && details !== null ? { details } : {}),
    },
  );
}
