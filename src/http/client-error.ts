import { STATUS_CODES, type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import { KeelsonError } from '../core';
import { requestTooSlow } from './deadline';
import { endSocket, lingerBytes } from './linger';
import { problemOf, problemText, sendProblem } from './problem';
import { requestIdOf } from './request-id';
import { type KeelsonResponse } from './response';

/** What node:http keeps on the socket of a connection: the response that is its turn. */
interface ServerSocket extends Socket {
  _httpMessage?: ServerResponse | null;
}

/**
 * Answers what never became a request, or broke off in the middle of one: node:http gives a socket and an error. The answer is the
 * same kind of problem document as everywhere; then the connection is closed, because nobody knows where the next request would
 * begin.
 */
export class ClientErrors {
  /** Sockets that have had their answer, with the bytes read until then: what else they send is thrown away, up to a limit. */
  readonly #dealtWith = new WeakMap<Socket, number>();

  /** @returns the reason, for counting; undefined when the socket was dealt with before */
  answer(error: Error, socket: Socket): string | undefined {
    const readBefore = this.#dealtWith.get(socket);
    if (readBefore !== undefined) {
      if (socket.bytesRead - readBefore > lingerBytes) socket.destroy();
      return undefined;
    }
    this.#dealtWith.set(socket, socket.bytesRead);
    const code = 'code' in error ? String(error.code) : '';
    const res = (socket as ServerSocket)._httpMessage ?? undefined;
    if (code === 'ECONNRESET' || !socket.writable || (res !== undefined && brokeOff(code, res))) {
      socket.destroy();
      return 'reset';
    }
    if (code === 'ERR_HTTP_REQUEST_TIMEOUT' && (res as KeelsonResponse | undefined)?.exchange?.overruled === true) {
      // It was answered for its slowness, or another reason, already: only the rest of its body was waited for.
      socket.destroy();
      return undefined;
    }
    const refusal = refusalOf(code);
    if (res === undefined) refuse(socket, refusal);
    else interrupt(socket, res, refusal);
    return refusal.code.toLowerCase();
  }
}

/** The client closed its side in the middle of a request's body: there is nobody to answer. */
function brokeOff(code: string, res: ServerResponse): boolean {
  return code === 'HPE_INVALID_EOF_STATE' && !res.req.complete;
}

/** There is no response to send it with: the answer is written by hand. */
export function refuse(socket: Socket, refusal: KeelsonError): void {
  const problem = problemOf(refusal);
  const requestId = requestIdOf(undefined);
  const body = problemText(problem, { requestId });
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    'Connection: close',
  ];
  endSocket(socket, `${head.join('\r\n')}\r\n\r\n${body}`);
}

/** A request is being answered: its answer is not to be mixed with another. */
function interrupt(socket: Socket, res: ServerResponse, refusal: KeelsonError): void {
  const { req } = res;
  if (req.complete) {
    // That request was sound; what came after it is not. It gets its answer, and nothing more is read.
    if (!res.headersSent) res.setHeader('connection', 'close');
    res.once('close', () => socket.destroySoon());
  } else if (res.headersSent) {
    // Half an answer is broken off. One that is whole only waits for the rest of the body, which will not come any more: it is not taken back.
    if (isWhole(res as KeelsonResponse)) endSocket(socket, '');
    else socket.destroy();
  } else {
    const { exchange } = res as KeelsonResponse;
    if (exchange === undefined) {
      sendProblem(req, res, problemOf(refusal), { requestId: requestIdOf(req.headers['x-request-id']) });
    } else {
      exchange.overrule(refusal);
    }
  }
}

function isWhole(res: KeelsonResponse): boolean {
  return res.req.method === 'HEAD' || Number(res.getHeader('content-length')) === res.bodyBytes;
}

function refusalOf(code: string): KeelsonError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new KeelsonError('HEADERS_TOO_LARGE', 'The head of the request is too large.', { retryable: false });
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new KeelsonError('PAYLOAD_TOO_LARGE', 'The chunk extensions are too large.', { retryable: false });
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return requestTooSlow();
    default:
      return new KeelsonError('BAD_REQUEST', 'What came is not well-formed HTTP/1.1.', { retryable: false });
  }
}
