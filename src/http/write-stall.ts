import { type Socket } from 'node:net';
import { type Clock } from '../core';

/** What libuv still has to give to the kernel. Node's own socket timeout looks at it too; nothing public tells it. */
interface ServerSocket extends Socket {
  _handle?: { readonly writeQueueSize?: number } | null;
}

/** How often an answer that is on its own is looked at, in milliseconds. */
const watchMs = 500;

/**
 * Watches output that waits for a client to read it. The socket's own timeout does not do: it takes the first part of a write for progress, and
 * so lets a client that reads nothing stay for twice as long.
 */
export class WriteStall {
  #unsent = 0;
  #since = 0;

  /** Called at each look. A socket that has made no progress for `limitMs` gets the event `timeout`, upon which the server cuts it. */
  check(socket: Socket, now: number, limitMs: number): void {
    const waiting = socket.writableLength;
    if (waiting === 0) {
      this.#unsent = 0;
      return;
    }
    // Of one large piece, `writableLength` says only when all of it has gone.
    const unsent = waiting + ((socket as ServerSocket)._handle?.writeQueueSize ?? 0);
    if (unsent !== this.#unsent) {
      this.#unsent = unsent;
      this.#since = now;
    } else if (now - this.#since >= limitMs) {
      this.#since = now;
      socket.emit('timeout');
    }
  }
}

/** Watches a socket until all of its output has gone, or it has. For an answer that no sweep looks after. */
export function watchUnread(socket: Socket, clock: Clock, limitMs: number): void {
  const stall = new WriteStall();
  const look = (): void => {
    if (socket.destroyed || socket.writableLength === 0) timer.cancel();
    else stall.check(socket, clock.now(), limitMs);
  };
  const timer = clock.every(Math.min(watchMs, limitMs), look);
  look();
}
