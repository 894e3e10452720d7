import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, type Socket } from 'node:net';
import { KeelsonError, type Clock, type Timer } from '../core';
import { type App } from './app';
import { answerClientError } from './client-error';
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
  /** Told why a connection was closed by the server. */
  readonly onConnectionError: (reason: string) => void;
}

/** Node checks the header and request timeouts at this interval: the default of 30 s would make them 30 s late. */
const checkIntervalMs = 1_000;

/** A node:http server with limits against slow and hostile clients, and a way to close that loses nothing. */
export class HttpServer {
  readonly #parts: ServerParts;
  readonly #server: Server;
  #listening = false;

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
      },
      parts.listener,
    );
    // One more than allowed, so that the listener sees that there were too many: node drops the rest in silence.
    server.maxHeadersCount = options.maxHeaderFields + 1;
    server.on('clientError', (error, socket) => parts.onConnectionError(answerClientError(error, socket)));
    server.on('timeout', (socket: Socket) => {
      if (socket.writableLength > 0) parts.onConnectionError('write_stall');
      socket.destroy();
    });
    this.#server = server;
  }

  /** Binds the port. @throws START_FAILED when it cannot be had, with what to do */
  async listen(): Promise<number> {
    const { options, port } = this.#parts;
    await new Promise<void>((resolve, reject) => {
      const failed = (cause: Error): void => reject(this.#cannotListen(cause));
      this.#server.once('error', failed);
      this.#server.listen({ port, host: options.host }, () => {
        this.#server.off('error', failed);
        resolve();
      });
    });
    this.#listening = true;
    return (this.#server.address() as AddressInfo).port;
  }

  /**
   * Stops listening, ends idle connections and waits until the others have their answers.
   *
   * @param signal aborts when nothing more may be waited for
   * @param cut called then, before the connections that are left are destroyed
   */
  async close(signal: AbortSignal, cut: () => void = () => undefined): Promise<void> {
    if (!this.#listening) return;
    this.#listening = false;
    // A request may have arrived on a connection that looks idle, or a connection in the accept queue: one turn of the loop reads them.
    await nextTurn();
    await nextTurn();
    let watch: Timer | undefined;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const forced = (): void => {
      cut();
      this.#server.closeAllConnections();
    };
    if (signal.aborted) forced();
    else {
      signal.addEventListener('abort', forced, { once: true });
      watch = this.#parts.clock.every(20, () => this.#server.closeIdleConnections());
    }
    await closed;
    watch?.cancel();
    signal.removeEventListener('abort', forced);
  }

  #cannotListen(cause: Error): KeelsonError {
    const { options, port, setting } = this.#parts;
    const code = 'code' in cause ? String(cause.code) : '';
    const message = listenErrors[code] ?? `Cannot listen on ${options.host} port ${port}: ${cause.message}.`;
    return new KeelsonError(
      'START_FAILED',
      message.replace('{port}', String(port)).replace('{host}', options.host).replace('{setting}', setting),
      {
        retryable: false,
        cause,
        details: { setting, port, host: options.host },
      },
    );
  }
}

const listenErrors: Readonly<Record<string, string>> = {
  EADDRINUSE: 'Port {port} is already in use. Stop the program that has it, or choose another port by {setting}.',
  EACCES: 'Port {port} may not be opened by this user. Choose one above 1023 by {setting}.',
  EADDRNOTAVAIL: 'The address {host} is not one of this machine. Choose another by http.host (HTTP_HOST).',
  ENOTFOUND: 'The host {host} is not known. Choose another by http.host (HTTP_HOST).',
};

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
