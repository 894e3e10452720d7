import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, type Socket } from 'node:net';
import { KeelsonError, type Clock, type Logger } from '../core';
import { type App } from './app';
import { ClientErrors, refuse } from './client-error';
import { Closing } from './closing';
import { cannotListen } from './listen-error';
import { type ResolvedHttpOptions } from './options';

/** What a server is made from. */
export interface ServerParts {
  readonly options: ResolvedHttpOptions;
  /** Names the port in errors: the setting to change. */
  readonly setting: string;
  readonly port: number;
  readonly listener: RequestListener;
  /** Request and response classes; node's own when left out. */
  readonly classes?: Pick<App, 'Request' | 'Response'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Told why a connection was closed by the server. */
  readonly onConnectionError: (reason: string) => void;
}

/** Node checks the header and request timeouts at this interval: the default of 30 s would make them 30 s late. */
const checkIntervalMs = 250;
/** Connections that cannot be accepted come in floods: a log line for the first, then one per this many milliseconds. */
const acceptLogMs = 10_000;

/** A node:http server with limits against slow and hostile clients, and a way to close that loses nothing. */
export class HttpServer {
  readonly #parts: ServerParts;
  readonly #server: Server;
  readonly #clientErrors = new ClientErrors();
  readonly #closing: Closing;
  #closed = false;
  #nextAcceptLog = 0;

  constructor(parts: ServerParts) {
    this.#parts = parts;
    const { options, classes } = parts;
    const server = createServer(
      {
        ...(classes === undefined ? {} : { IncomingMessage: classes.Request, ServerResponse: classes.Response }),
        headersTimeout: options.headersTimeoutMs,
        requestTimeout: options.requestTimeoutMs,
        keepAliveTimeout: options.keepAliveTimeoutMs,
        maxHeaderSize: options.maxHeaderBytes,
        connectionsCheckingInterval: checkIntervalMs,
        noDelay: true,
        // Ours to refuse: node's own answer has no body and no X-Request-Id.
        requireHostHeader: false,
      },
      parts.listener,
    );
    // One more than allowed, so that the listener sees that there were too many: node drops the rest in silence.
    server.maxHeadersCount = options.maxHeaderFields + 1;
    // A client that has sent all it had to say may close its side and wait for the answer; `Farewell` finds those that have gone.
    Object.assign(server, { httpAllowHalfOpen: true });
    this.#server = server;
    this.#closing = new Closing(server, parts.clock, options.headersTimeoutMs);
    this.#listenToTrouble();
  }

  /** Binds the port. @throws START_FAILED when it cannot be had, with what to do; STOPPED when the server was closed before */
  async listen(): Promise<number> {
    const { setting, port, options } = this.#parts;
    const { host } = options;
    if (this.#closed) throw stopped();
    await new Promise<void>((resolve, reject) => {
      const failed = (cause: Error): void => reject(cannotListen({ setting, port, host, cause }));
      this.#server.once('error', failed);
      // Node takes :: by itself, and 0.0.0.0 where the machine has no IPv6.
      this.#server.listen(host === '::' ? { port } : { port, host }, () => {
        this.#server.off('error', failed);
        resolve();
      });
    });
    const bound = (this.#server.address() as AddressInfo).port;
    if (!this.#closed) return bound;
    this.#server.close();
    throw stopped();
  }

  /**
   * Stops listening, ends idle connections and waits until the others have their answers. A server that is only about to listen will not.
   *
   * @param signal aborts when nothing more may be waited for
   * @param cut called then, before the connections that are left are destroyed
   */
  async close(signal: AbortSignal, cut: () => void = () => undefined): Promise<void> {
    this.#closed = true;
    if (this.#server.listening) await this.#closing.run(signal, cut);
  }

  #listenToTrouble(): void {
    const { onConnectionError } = this.#parts;
    const server = this.#server;
    server.on('clientError', (error, socket) => {
      const reason = this.#clientErrors.answer(error, socket as Socket);
      if (reason !== undefined) onConnectionError(reason);
    });
    server.on('timeout', (socket: Socket) => {
      if (socket.writableLength > 0) onConnectionError('write_stall');
      socket.destroy();
    });
    // `Expect` with something other than 100-continue may be ignored (RFC 9110, 10.1.1); node would refuse with an empty answer.
    server.on('checkExpectation', this.#parts.listener);
    server.on('connect', (_req: IncomingMessage, socket) => {
      socket.on('error', () => undefined);
      refuse(socket as Socket, new KeelsonError('BAD_REQUEST', 'CONNECT is not served here.', { retryable: false }));
      onConnectionError('bad_request');
    });
    server.on('error', (err) => this.#onError(err));
  }

  /** Without files left, say, a connection cannot be accepted. Nobody else is harmed, and the next one may succeed. */
  #onError(err: Error): void {
    if (!this.#server.listening) return; // listen() says it
    this.#parts.onConnectionError('accept');
    const now = this.#parts.clock.now();
    if (now < this.#nextAcceptLog) return;
    this.#nextAcceptLog = now + acceptLogMs;
    this.#parts.log.error('a connection could not be accepted', { err });
  }
}

function stopped(): KeelsonError {
  return new KeelsonError('STOPPED', 'The server was closed before it listened.', { retryable: false });
}
