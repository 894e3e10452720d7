import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import { errorCodes, isKeelsonError, type ErrorCode, type KeelsonError, type Redactor } from '../core';
import { endAfterBody, lingerMs, shortLingerMs } from './linger';

/** An RFC 9457 problem document, with a stable `code` for programs. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
  readonly [member: string]: unknown;
}

/** Codes for statuses that arrive without one, from express and body-parser. */
const codeOfStatus: Readonly<Record<number, ErrorCode>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  408: 'REQUEST_TIMEOUT',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  422: 'PAYLOAD_INVALID',
  431: 'HEADERS_TOO_LARGE',
  503: 'OVERLOADED',
  504: 'DEADLINE_EXCEEDED',
};

const reserved = new Set(['type', 'title', 'status', 'code', 'detail', 'instance', 'requestId', 'traceId']);

/**
 * What a caller may know of an error. A KeelsonError shows its message and details; an http-errors style error marked `expose`
 * its message; everything else is a bare 500, because its text was written for developers. Never throws, whatever was thrown.
 */
export function problemOf(error: unknown): Problem {
  try {
    return isKeelsonError(error) ? shown(error) : guessed(error);
  } catch {
    return head('INTERNAL', errorCodes.INTERNAL.title, 500);
  }
}

function shown(error: KeelsonError): Problem {
  const code = String(error.code);
  const title = Object.hasOwn(errorCodes, code) ? errorCodes[code as ErrorCode].title : error.message;
  // An error of another copy of the package may have any status.
  const status = isErrorStatus(error.status) ? error.status : 500;
  return { ...membersOf(error.details), ...head(code, title, status), detail: error.message };
}

function guessed(error: unknown): Problem {
  const status = statusOf(error);
  const code = codeOfStatus[status] ?? (status >= 500 ? 'INTERNAL' : 'BAD_REQUEST');
  const problem = head(code, errorCodes[code].title, status);
  return exposed(error) ? { ...problem, detail: error.message } : problem;
}

function head(code: string, title: string, status: number): Problem {
  return { type: `urn:keelson:problem:${code.toLowerCase().replaceAll('_', '-')}`, title, status, code };
}

function membersOf(details: Readonly<Record<string, unknown>> | undefined): Record<string, unknown> {
  return Object.fromEntries(Object.entries(details ?? {}).filter(([name]) => !reserved.has(name)));
}

/** An error says its status by http-errors' convention (`expose` is there too); other errors' `status` may be a downstream's. */
function statusOf(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('status' in error) || !isErrorStatus(error.status)) return 500;
  return 'expose' in error || error instanceof URIError ? error.status : 500;
}

function isErrorStatus(status: unknown): status is number {
  return typeof status === 'number' && Number.isInteger(status) && status >= 400 && status <= 599;
}

function exposed(error: unknown): error is Error {
  return error instanceof Error && 'expose' in error && error.expose === true;
}

/** What the answer says about the request that it belongs to. */
export interface ProblemContext {
  readonly requestId: string;
  readonly traceId?: string | undefined;
  /** The path without its query. */
  readonly path?: string | undefined;
  /** Masks secrets in what an error of the service says. @default nothing is masked: for errors of the chassis itself */
  readonly redactor?: Redactor | undefined;
}

/** A document is shown whole: these only keep a runaway one from being one. */
const limits = Object.freeze({ depth: 64, width: 10_000, string: 1_048_576, total: 4_194_304 });

/** What a handler may have said about the answer that it meant to give: none of it is true of the problem document. */
const aboutTheBody = [
  'content-encoding',
  'content-language',
  'content-range',
  'content-disposition',
  'transfer-encoding',
  'trailer',
  'etag',
  'last-modified',
  'cache-control',
  'expires',
];

/** Answers with a problem document. The headers must not have been sent. */
export function sendProblem(
  req: IncomingMessage,
  res: ServerResponse,
  problem: Problem,
  context: ProblemContext,
): void {
  const body = problemText(problem, context);
  for (const name of aboutTheBody) res.removeHeader(name);
  res.statusCode = problem.status;
  res.statusMessage = STATUS_CODES[problem.status] ?? '';
  res.setHeader('content-type', 'application/problem+json');
  res.setHeader('content-length', Buffer.byteLength(body));
  if (!res.hasHeader('x-request-id')) res.setHeader('x-request-id', context.requestId);
  if (problem.status === 503 && !res.hasHeader('retry-after')) res.setHeader('retry-after', '1');
  const limitMs = problem.status === 408 ? shortLingerMs : lingerMs;
  endAfterBody(req, res, req.method === 'HEAD' ? undefined : body, limitMs);
}

/** The document as JSON. Details that JSON cannot carry (a cycle, a BigInt, a getter that throws) are left out as a whole. */
export function problemText(problem: Problem, { path, requestId, traceId, redactor }: ProblemContext): string {
  const about = { instance: path, requestId, traceId };
  try {
    return masked(JSON.stringify({ ...problem, ...about }), redactor);
  } catch {
    const { type, title, status, code, detail } = problem;
    return masked(JSON.stringify({ type, title, status, code, detail, ...about }), redactor);
  }
}

/** Masked as JSON, not before: what a value shows of itself is decided by JSON's rules, as for any other answer. */
function masked(json: string, redactor: Redactor | undefined): string {
  return redactor === undefined ? json : JSON.stringify(redactor.value(JSON.parse(json), limits));
}
