import { type IncomingHttpHeaders } from 'node:http';
import { type Dispatcher } from 'undici';
import { type Call } from '../resilience';
import { connectionFailed, tooLarge } from './failures';

/** A request as it goes onto the wire. */
export interface Outgoing {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array | undefined;
  /** May it be sent again though it may have been carried out? */
  readonly idempotent: boolean;
}

/** An answer, whole. */
export interface Incoming {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Sends one request and reads its answer whole.
 *
 * @throws CONNECTION_FAILED, PAYLOAD_TOO_LARGE, and what the call was given up with: then the connection is closed at once
 */
export function exchange(pool: Dispatcher, call: Call, outgoing: Outgoing, maxResponse: number): Promise<Incoming> {
  return new Promise((resolve, reject) => {
    new Exchange(call, outgoing, maxResponse, resolve, reject).begin(pool);
  });
}

class Exchange implements Dispatcher.DispatchHandler {
  readonly #outgoing: Outgoing;
  readonly #maxResponse: number;
  readonly #resolve: (incoming: Incoming) => void;
  readonly #reject: (error: Error) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #givenUp: Error | undefined;
  #over = false;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #first: Buffer | undefined;
  #chunks: Buffer[] | undefined;
  #length = 0;

  constructor(
    call: Call,
    outgoing: Outgoing,
    maxResponse: number,
    resolve: (incoming: Incoming) => void,
    reject: (error: Error) => void,
  ) {
    this.#outgoing = outgoing;
    this.#maxResponse = maxResponse;
    this.#resolve = resolve;
    this.#reject = reject;
    call.onAbort((reason) => this.#giveUp(reason as Error));
  }

  begin(pool: Dispatcher): void {
    if (this.#givenUp !== undefined) return;
    const { method, path, headers, body = null } = this.#outgoing;
    // The limits are those of the call; undici's own would each need a timer beside.
    pool.dispatch({ method, path, headers, body, headersTimeout: 0, bodyTimeout: 0 }, this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#givenUp !== undefined) controller.abort(this.#givenUp);
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
    const declared = Number(headers['content-length'] ?? 0);
    if (declared > this.#maxResponse && this.#outgoing.method !== 'HEAD') {
      controller.abort(tooLarge(this.#maxResponse, declared));
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#length += chunk.length;
    if (this.#length > this.#maxResponse) controller.abort(tooLarge(this.#maxResponse));
    else if (this.#first === undefined) this.#first = chunk;
    else (this.#chunks ??= [this.#first]).push(chunk);
  }

  onResponseEnd(): void {
    this.#over = true;
    const body = this.#chunks === undefined ? (this.#first ?? empty) : Buffer.concat(this.#chunks, this.#length);
    this.#resolve({ status: this.#status, headers: this.#headers, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#over = true;
    const sent = this.#controller !== undefined;
    this.#reject(connectionFailed(error, { sent, answered: this.#status > 0, idempotent: this.#outgoing.idempotent }));
  }

  #giveUp(reason: Error): void {
    if (this.#over) return;
    this.#givenUp = reason;
    this.#reject(reason); // first: closing the connection tells of an error of its own
    this.#controller?.abort(reason);
  }
}

const empty = Buffer.alloc(0);
