import { type Server } from 'node:http';
import { type Socket } from 'node:net';
import { type Clock } from '../core';

/** How often connections are looked at while a server closes, in milliseconds. */
const watchMs = 20;
/** How long a new connection may take to say its first word while a server closes, in milliseconds. */
const silentMs = 250;

/** What node:http keeps on the socket of a connection: the response that is its turn. */
interface ServerSocket extends Socket {
  _httpMessage?: object | null;
}

/** Knows the connections of a server, and closes it without losing what is under way. */
export class Closing {
  readonly #server: Server;
  readonly #clock: Clock;
  readonly #headersTimeoutMs: number;
  /** Connections, with the moment at which they were accepted. */
  readonly #sockets = new Map<ServerSocket, number>();

  constructor(server: Server, clock: Clock, headersTimeoutMs: number) {
    this.#server = server;
    this.#clock = clock;
    this.#headersTimeoutMs = headersTimeoutMs;
    server.on('connection', (socket: Socket) => {
      this.#sockets.set(socket, clock.now());
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** Resolves when no connection is left. */
  async run(signal: AbortSignal, cut: () => void): Promise<void> {
    // A request may have arrived on a connection that looks idle, or a connection in the accept queue: one turn of the loop reads them.
    await nextTurn();
    await nextTurn();
    const startedAt = this.#clock.now();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const forced = (): void => {
      cut();
      this.#server.closeAllConnections();
    };
    if (signal.aborted) forced();
    else signal.addEventListener('abort', forced, { once: true });
    const watch = this.#clock.every(watchMs, () => this.#endIdle(startedAt));
    await closed;
    watch.cancel();
    signal.removeEventListener('abort', forced);
  }

  /** Node knows connections between two requests; those that never said a word, or do not get on with their first, it leaves open. */
  #endIdle(startedAt: number): void {
    this.#server.closeIdleConnections();
    const now = this.#clock.now();
    const impatient = now - startedAt >= this.#headersTimeoutMs;
    for (const [socket, acceptedAt] of this.#sockets) {
      const silent = socket.bytesRead === 0 && now - acceptedAt >= silentMs;
      if (silent || (impatient && (socket._httpMessage ?? null) === null)) socket.destroy();
    }
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
