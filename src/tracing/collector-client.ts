import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Clock, type Timer, retryAfterMs } from '../core';
import { type ExporterSettings } from './tracing-settings';

/** Where batches are sent, and how. */
export type CollectorTarget = Exclude<ExporterSettings, { kind: 'none' }>;

/** How a sending ended. */
export type SendResult =
  | { readonly sent: true }
  | {
      readonly sent: false;
      /** For the log: a status or an error code. */
      readonly reason: string;
      /** Milliseconds for which the collector does not want to be asked again. */
      readonly pauseMs: number;
    };

/** What one request came to. */
interface Answer {
  readonly status: number | undefined;
  readonly error: string;
  readonly pauseMs: number | undefined;
}

const retryable: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const firstBackoffMs = 500;
const longestBackoffMs = 5000;
/** A collector cannot silence us for longer than this. */
const longestPauseMs = 60_000;
/** Nobody reads the answer's body; a collector that sends more than this is cut off. */
const maxAnswerBytes = 65_536;

const zip = promisify(gzip);

/**
 * Posts batches to a collector over one kept-alive connection: one at a time, each within the target's timeout, retries
 * included. Opens nothing before the first `send`; `close` leaves nothing open.
 */
export class CollectorClient {
  readonly #target: CollectorTarget;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #agent: HttpAgent;
  #request: ClientRequest | undefined;
  #wake: (() => void) | undefined;
  #hurried = false;
  #closed = false;

  /** `random` gives 0 to below 1, for jitter. @default Math.random */
  constructor(target: CollectorTarget, clock: Clock, random: () => number = Math.random) {
    this.#target = target;
    this.#clock = clock;
    this.#random = random;
    const options = { keepAlive: true, maxSockets: 1 };
    this.#agent =
      target.url.protocol === 'https:' ? new HttpsAgent({ ...options, ...target.tls }) : new HttpAgent(options);
  }

  /** Sends one batch; never rejects. Do not call again before it is settled. */
  async send(text: string): Promise<SendResult> {
    const end = this.#clock.now() + this.#target.timeoutMs;
    const body = this.#target.gzip ? await zip(text) : Buffer.from(text);
    for (let backoff = firstBackoffMs; ; backoff = Math.min(backoff * 2, longestBackoffMs)) {
      if (this.#closed) return { sent: false, reason: 'closed', pauseMs: 0 };
      const answer = await this.#post(body, end - this.#clock.now());
      if (answer.status !== undefined && answer.status >= 200 && answer.status < 300) return { sent: true };
      const failed: SendResult = { sent: false, reason: answer.error, pauseMs: answer.pauseMs ?? 0 };
      const again = answer.status === undefined || retryable.has(answer.status);
      const wait = answer.pauseMs ?? backoff * (0.5 + this.#random() / 2);
      if (!again || this.#hurried || this.#clock.now() + wait >= end) return failed;
      await this.#sleep(wait);
    }
  }

  /** From now on nothing is waited for: a retry that is due later happens now and is the last. */
  hurry(): void {
    this.#hurried = true;
    this.#wake?.();
  }

  /** Breaks off what is under way and closes the connection. */
  close(): void {
    this.#closed = true;
    this.hurry();
    this.#request?.destroy();
    this.#agent.destroy();
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer: Timer = this.#clock.after(ms, resolve);
      this.#wake = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  #post(body: Buffer, ms: number): Promise<Answer> {
    return new Promise((resolve) => {
      let status: number | undefined;
      let error = 'no answer';
      let pauseMs: number | undefined;
      const request = this.#open(body.length);
      const timer = this.#clock.after(ms, () => request.destroy(new Error('no answer in time')));
      request.once('response', (response: IncomingMessage) => {
        status = response.statusCode;
        error = `status ${status}`;
        pauseMs = retryAfterMs(response.headers['retry-after'], this.#clock.wall(), longestPauseMs);
        discard(response, request);
      });
      request.on('error', (cause: NodeJS.ErrnoException) => {
        if (status === undefined) error = cause.code ?? cause.message;
      });
      request.once('socket', (socket) => {
        if (!request.reusedSocket) socket.on('error', ignore);
      });
      request.once('close', () => {
        timer.cancel();
        this.#request = undefined;
        resolve({ status, error, pauseMs });
      });
      this.#request = request;
      request.end(body);
    });
  }

  #open(length: number): ClientRequest {
    const { url, headers, gzip: zipped } = this.#target;
    const open = url.protocol === 'https:' ? httpsRequest : httpRequest;
    return open(url, {
      method: 'POST',
      agent: this.#agent,
      headers: {
        'user-agent': 'keelson',
        ...headers,
        'content-type': 'application/json',
        'content-length': length,
        ...(zipped ? { 'content-encoding': 'gzip' } : {}),
      },
    });
  }
}

/**
 * Listens for a connection's errors as long as it lives. Node takes its own listener away with the last byte of the answer, and
 * a collector that answers and hangs up before it has read everything makes an error just then: it would end the process.
 */
function ignore(): void {}

function discard(response: IncomingMessage, request: ClientRequest): void {
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) request.destroy();
  });
  response.on('error', ignore);
}
