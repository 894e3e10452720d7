import { KeelsonError, isKeelsonError, type StandardSchema } from '../core';
import { checkData, decodeJson, encodeJson } from './payload';
import { type Reply } from './transport';

/** What a failed command is answered with: what HTTP's problem document says, for callers to see. */
interface Failure {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly status: number;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Bounds of what a bad reply says. */
const longestMessage = 4_096;
const mostFailureBytes = 65_536;

/**
 * A good reply. As with what is sent, it is the value that was given: the other side checks it by the same schema again.
 *
 * @throws INTERNAL for a value that is not what the command promises: its sender has done nothing wrong
 */
export function goodReply(
  command: string,
  value: unknown,
  schema: StandardSchema<unknown> | undefined,
  maxBytes: number,
): Reply | Promise<Reply> {
  const what = `the reply to ${command}`;
  const written = (): Reply => ({ ok: true, body: encodeJson(what, value, maxBytes) });
  try {
    const checked = checkData(what, value, schema);
    return checked instanceof Promise ? checked.then(written).catch(broken) : written();
  } catch (cause) {
    return broken(cause);
  }
}

function broken(cause: unknown): never {
  if (!isKeelsonError(cause)) throw cause;
  throw new KeelsonError('INTERNAL', cause.message, { retryable: false, details: cause.details, cause });
}

/** What the handler threw. An error that is not the chassis's is not for the eyes of others: it says that something went wrong. */
export function badReply(error: unknown): Reply {
  const { code, message, retryable, status, details } = isKeelsonError(error)
    ? error
    : new KeelsonError('INTERNAL', 'Something went wrong in the service.', { retryable: true });
  const failure: Failure = { code, message: String(message).slice(0, longestMessage), retryable, status, details };
  try {
    return { ok: false, body: encodeJson('the reply', failure, mostFailureBytes) };
  } catch {
    return { ok: false, body: Buffer.from(JSON.stringify({ ...failure, details: {} })) };
  }
}

/** The value of a good reply. @throws REPLY_FAILED with what the handler threw as its cause */
export function valueOf(command: string, reply: Reply, maxBytes: number): unknown {
  if (reply.ok) return decodeJson(`the reply to ${command}`, reply.body, maxBytes);
  const cause = causeOf(command, reply.body);
  const message = `The handler of ${command} answered with an error: ${cause.message}`;
  throw new KeelsonError('REPLY_FAILED', message, {
    retryable: cause.retryable,
    cause,
    details: { reply: cause.code },
  });
}

function causeOf(command: string, body: Buffer): KeelsonError {
  let failure: Partial<Failure> | undefined;
  try {
    failure = decodeJson(`the reply to ${command}`, body, mostFailureBytes) as Partial<Failure> | undefined;
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
