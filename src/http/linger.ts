import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';

/** How much of an unwanted body is read and thrown away. */
export const lingerBytes = 512 * 1024;
/** How long its connection is kept at most, in milliseconds. */
export const lingerMs = 1_000;
/** The same for a body that came too slowly already: waiting longer is what its sender wants. */
export const shortLingerMs = 250;

/**
 * Ends an answer whose request may still be arriving. Closing a socket with unread bytes resets it, and the reset can overtake the
 * answer; so the answer is written whole, the connection marked for closing, and a bounded rest of the body is thrown away first. What comes
 * faster than that is left to wait in the network until time is up: its sender, who can write no more, has the time to read.
 */
export function endAfterBody(
  req: IncomingMessage,
  res: ServerResponse,
  body: string | undefined,
  limitMs = lingerMs,
): void {
  if (req.complete || !hasBody(req)) {
    res.end(body);
    return;
  }
  res.setHeader('connection', 'close');
  if (body === undefined) res.flushHeaders();
  else res.write(body);
  // Taken now: an answer given over a handler's head is closed to that handler's later calls.
  const end = res.end.bind(res);
  let left = lingerBytes;
  const done = (): void => {
    clearTimeout(timer);
    req.off('data', onData).off('end', done).off('close', done);
    req.pause();
    end();
  };
  const onData = (chunk: Buffer): void => {
    left -= chunk.length;
    if (left <= 0) req.off('data', onData).pause();
  };
  const timer = setTimeout(done, limitMs).unref();
  req.on('data', onData).on('end', done).on('close', done).resume();
}

/** The same for a socket whose bytes never became a request: says the last word, and closes when the client has or time is up. */
export function endSocket(socket: Socket, answer: string): void {
  socket.end(answer);
  const timer = setTimeout(() => socket.destroy(), lingerMs).unref();
  socket.once('close', () => clearTimeout(timer));
}

/** Does the request announce a body? */
export function hasBody(req: IncomingMessage): boolean {
  const length = req.headers['content-length'];
  return req.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}
