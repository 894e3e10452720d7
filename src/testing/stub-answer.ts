import { type ServerResponse } from 'node:http';
import { type Clock } from '../core';

/** What a stub answers. */
export type StubAnswer = StubContent | StubFault;

/** A good answer, or one with the status of an error. */
export interface StubContent {
  /** @default 200 */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** As it is sent. @default empty */
  readonly body?: string | Uint8Array;
  /** Waits so long before, in milliseconds of the network's clock. @default 0 */
  readonly delayMs?: number;
}

/**
 * An answer that is none. `reset`: the connection is reset. `close`: it is closed without a word. `bad-bytes`: what comes is no HTTP. `truncated`: half of the
 * body that was announced, then the connection is closed. `hang`: nothing, until the stub stops or the caller goes.
 */
export interface StubFault extends StubContent {
  readonly fault: 'reset' | 'close' | 'bad-bytes' | 'truncated' | 'hang';
}

/** No version, no status, and a byte that no head may have. */
const badBytes = Buffer.from('HTTP/9.x \0 \xff not an answer\r\n\r\n', 'latin1');
/** What is cut in half where the test gave no body. */
const someBody = JSON.stringify({ truncated: 'a body that ends in the middle' });

/** Answers a request. */
export async function giveAnswer(res: ServerResponse, answer: StubAnswer, clock: Clock): Promise<void> {
  const { delayMs = 0 } = answer;
  if (delayMs > 0) await pause(res, clock, delayMs);
  // Whoever asked has gone.
  if (res.socket === null || res.socket.destroyed) return;
  if ('fault' in answer) giveFault(res, answer);
  else giveContent(res, answer);
}

/** Keeps a process alive: the test waits for it. */
function pause(res: ServerResponse, clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      timer.cancel();
      res.off('close', done);
      resolve();
    };
    const timer = clock.after(ms, done, true);
    res.on('close', done);
  });
}

function giveContent(res: ServerResponse, answer: StubContent): void {
  const { bytes, headers } = contentOf(answer);
  res.writeHead(answer.status ?? 200, headers).end(bytes);
}

function giveFault(res: ServerResponse, answer: StubFault): void {
  const { socket } = res;
  switch (answer.fault) {
    case 'reset':
      return void socket?.resetAndDestroy();
    case 'close':
      return void socket?.destroy();
    case 'bad-bytes':
      return void socket?.end(badBytes);
    case 'truncated':
      return giveHalf(res, answer);
    case 'hang':
      return undefined;
    default:
      return answer.fault satisfies never;
  }
}

function giveHalf(res: ServerResponse, answer: StubFault): void {
  const { bytes, headers } = contentOf(
    answer.json === undefined && answer.body === undefined ? { ...answer, body: someBody } : answer,
  );
  res.writeHead(answer.status ?? 200, { ...headers, 'content-length': String(bytes.length) });
  res.write(bytes.subarray(0, bytes.length >> 1), () => res.socket?.destroy());
}

function contentOf({ json, body, headers }: StubContent): { bytes: Buffer; headers: Record<string, string> } {
  const bytes = Buffer.from(json === undefined ? (body ?? '') : JSON.stringify(json));
  const type: Record<string, string> = json === undefined ? {} : { 'content-type': 'application/json' };
  return { bytes, headers: { ...type, 'content-length': String(bytes.length), ...headers } };
}
