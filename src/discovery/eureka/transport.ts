import { Agent, request } from 'undici';
import { type Clock, isKeelsonError, KeelsonError } from '../../core';
import { type EurekaServer } from './eureka-server';
import { readAnswer } from './read-answer';
import { ServerList } from './server-list';

/** One REST operation. */
export interface EurekaOperation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the server's base, beginning with a slash, encoded. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
}

/** What a server said. */
export interface EurekaAnswer {
  /** 2xx or 4xx: with anything else the next server is asked. */
  readonly status: number;
  readonly text: string;
  readonly server: EurekaServer;
}

/** Limits of {@link Transport}. */
export interface TransportOptions {
  readonly servers: readonly EurekaServer[];
  readonly requestTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly maxResponseBytes: number;
  readonly clock: Clock;
}

/**
 * Sends operations to the registry's servers, to the next one where one fails. Each request ends within its time, body included; redirects are not
 * followed. Opens nothing before the first operation; `close` leaves nothing open.
 */
export class Transport {
  readonly #options: TransportOptions;
  readonly #list: ServerList;
  readonly #agent: Agent;
  readonly #open = new Set<AbortController>();
  readonly #sending = new Set<Promise<EurekaAnswer>>();
  #closed = false;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#list = new ServerList(options.servers, options.clock);
    this.#agent = new Agent({ connections: 4, pipelining: 1, connect: { timeout: options.connectTimeoutMs } });
  }

  /**
   * @throws the last server's error when none answered: CONNECTION_FAILED, TIMEOUT, HTTP_STATUS, PAYLOAD_INVALID, PAYLOAD_TOO_LARGE; ABORTED by the
   * operation's signal, STOPPED by `close`
   */
  async send(operation: EurekaOperation): Promise<EurekaAnswer> {
    const sending = this.#toOneOf(operation);
    this.#sending.add(sending);
    try {
      return await sending;
    } finally {
      this.#sending.delete(sending);
    }
  }

  /** The server answered, and it was nonsense: others are asked for a while. */
  distrust(server: EurekaServer): void {
    this.#list.failed(server);
  }

  /** The servers that are left alone just now. */
  quarantined(): string[] {
    return this.#list.quarantined();
  }

  /** Ends what is under way, and every connection. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const abort of this.#open) abort.abort(stopped());
    await this.#agent.destroy();
    await Promise.allSettled(this.#sending);
  }

  async #toOneOf(operation: EurekaOperation): Promise<EurekaAnswer> {
    let last: unknown;
    for (const server of this.#list.candidates()) {
      try {
        const answer = await this.#ask(server, operation);
        this.#list.answered(server);
        return answer;
      } catch (error) {
        if (isKeelsonError(error, 'ABORTED') || isKeelsonError(error, 'STOPPED')) throw error;
        this.#list.failed(server);
        last = error;
      }
    }
    throw last;
  }

  async #ask(server: EurekaServer, operation: EurekaOperation): Promise<EurekaAnswer> {
    if (this.#closed) throw stopped();
    if (operation.signal?.aborted) throw aborted();
    const abort = new AbortController();
    const cut = (): void => abort.abort(aborted());
    const { clock, requestTimeoutMs } = this.#options;
    const timer = clock.after(requestTimeoutMs, () => abort.abort(tooSlow(server, requestTimeoutMs)));
    this.#open.add(abort);
    operation.signal?.addEventListener('abort', cut, { once: true });
    try {
      return await this.#exchange(server, operation, abort.signal);
    } catch (error) {
      throw abort.signal.aborted ? abort.signal.reason : isKeelsonError(error) ? error : unreachable(server, error);
    } finally {
      timer.cancel();
      this.#open.delete(abort);
      operation.signal?.removeEventListener('abort', cut);
    }
  }

  async #exchange(server: EurekaServer, operation: EurekaOperation, signal: AbortSignal): Promise<EurekaAnswer> {
    const response = await request(`${server.origin}${server.path}${operation.path}`, {
      dispatcher: this.#agent,
      method: operation.method,
      signal,
      headersTimeout: 0, // the timer above is the one limit
      bodyTimeout: 0,
      headers: {
        accept: 'application/json',
        'accept-encoding': 'gzip',
        'user-agent': 'keelson',
        ...(server.authorization === undefined ? {} : { authorization: server.authorization }),
        ...(operation.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: operation.body === undefined ? null : JSON.stringify(operation.body),
    });
    const encoding = response.headers['content-encoding'];
    const text = await readAnswer(response.body, encoding?.toString().toLowerCase(), this.#options.maxResponseBytes);
    const status = response.statusCode;
    if (status < 200 || (status >= 300 && status < 400) || status === 429 || status >= 500)
      throw refused(server, status);
    return { status, text, server };
  }
}

function unreachable(server: EurekaServer, cause: unknown): KeelsonError {
  const code = (cause as NodeJS.ErrnoException).code ?? 'no answer';
  return new KeelsonError('CONNECTION_FAILED', `The registry ${server.shown} cannot be reached: ${code}.`, {
    retryable: true,
    cause,
  });
}

function tooSlow(server: EurekaServer, ms: number): KeelsonError {
  return new KeelsonError('TIMEOUT', `The registry ${server.shown} took longer than ${ms} ms.`, { retryable: true });
}

function refused(server: EurekaServer, status: number): KeelsonError {
  return new KeelsonError('HTTP_STATUS', `The registry ${server.shown} answered ${status}.`, {
    retryable: true,
    details: { status },
  });
}

function aborted(): KeelsonError {
  return new KeelsonError('ABORTED', 'The request to the registry is no longer wanted.', { retryable: false });
}

function stopped(): KeelsonError {
  return new KeelsonError('STOPPED', 'The registry was stopped.', { retryable: false });
}
