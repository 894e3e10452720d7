import { type ServerResponse } from 'node:http';

/** How long a client that has closed its side is let be before it is asked whether it still listens, in milliseconds. */
const firstProbeMs = 100;
/** How long an answer that has begun may stand still after that, in milliseconds. */
const idleMs = 5_000;

/**
 * A client has closed its side of the connection while its request is being handled. Either it has gone, or it only says that it will
 * send no more and waits for its answer: on the wire both look the same. Only writing to it tells. So it is sent `102 Processing`,
 * which every HTTP/1.1 client skips: one that has gone answers with a reset, and the next write finds that the connection is no more.
 */
export class Farewell {
  #nextProbe: number;
  #pauseMs = firstProbeMs;
  #written = -1;
  #idleSince: number;

  constructor(now: number) {
    this.#nextProbe = now + firstProbeMs;
    this.#idleSince = now;
  }

  /** Called at each sweep. */
  check(res: ServerResponse, now: number): void {
    const { req, socket } = res;
    if (socket === null || !socket.writable) return; // its turn has not come, or it is closing already
    if (res.headersSent) this.#watch(socket, now);
    else if (now >= this.#nextProbe && req.httpVersion === '1.1') {
      this.#pauseMs *= 2;
      this.#nextProbe = now + this.#pauseMs;
      res.writeProcessing();
    }
  }

  /** In the middle of an answer nothing can be slipped in: one that makes no progress has nobody who reads it. */
  #watch(socket: NonNullable<ServerResponse['socket']>, now: number): void {
    // What waits in the socket is the affair of the write-stall limit.
    if (socket.bytesWritten !== this.#written || socket.writableLength > 0) {
      this.#written = socket.bytesWritten;
      this.#idleSince = now;
    } else if (now - this.#idleSince >= idleMs) {
      socket.destroy();
    }
  }
}
