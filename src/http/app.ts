import { IncomingMessage, ServerResponse } from 'node:http';
import express, { type Application, type NextFunction, type Request, type Response } from 'express';
import { KeelsonError } from '../core';
import { readBody } from './body';
import { weakEtag } from './etag';
import { type Exchange } from './exchange';
import { type ResolvedHttpOptions } from './options';
import { shortJson } from './short-json';

/** The response class of a service: knows its exchange, and tells it when it closes. */
export interface KeelsonResponse extends ServerResponse {
  exchange: Exchange | undefined;
  /** Bytes of the body written so far. */
  bodyBytes: number;
}

/** The express app of a service with the request and response classes that its server must be created with. */
export interface App {
  readonly app: Application;
  readonly Request: typeof IncomingMessage;
  readonly Response: typeof ServerResponse<IncomingMessage>;
  /** Express apps that were mounted in this one; express itself keeps no list of them. */
  readonly subApps: readonly SubApp[];
}

/** An express app within another. */
export interface SubApp {
  readonly app: Application;
  /** What it was mounted with. */
  readonly path: unknown;
}

/** Called with what no route of the app dealt with: an error, or nothing for a path that is not there. */
export type Unhandled = (error: unknown, req: IncomingMessage, res: ServerResponse) => void;

/**
 * Makes the express app.
 *
 * Express sets the prototypes of each request and response to its own, and in V8 (that of Node 20 and 22) an object whose prototype is set
 * gets a hidden class that it shares with no other: from then on nothing that touches it is fast. The classes made here are born with those prototypes,
 * which turns express's assignment into a no-op: worth half the cost of a request. They must be real subclasses, one pair per app.
 */
export function createApp(options: ResolvedHttpOptions, unhandled: Unhandled): App {
  const app = express();
  const classes = bornWithPrototypes(app);
  app.disable('x-powered-by');
  app.set('trust proxy', options.trustProxy);
  app.set('etag', weakEtag);
  app.use(readBody(options));

  const subApps: SubApp[] = [];
  const { handle, use } = app as unknown as Overridden;
  const final =
    (req: IncomingMessage, res: ServerResponse): NextFunction =>
    (error?: unknown) =>
      unhandled(error, req, res);
  Object.assign(app, {
    handle: (req: Request, res: Response, done?: NextFunction) => handle.call(app, req, res, done ?? final(req, res)),
    use: (...given: unknown[]) => {
      use.apply(app, given);
      for (const one of given.flat(Infinity)) if (isApp(one)) subApps.push({ app: one, path: one.mountpath });
      return app;
    },
    listen: () => {
      const message = 'The service owns its server: call `await service.start()` instead of `app.listen()`.';
      throw new KeelsonError('NOT_STARTED', message, { retryable: false });
    },
  });
  return { app, ...classes, subApps };
}

/** The methods of an express app that are wrapped here. */
interface Overridden {
  readonly handle: (req: Request, res: Response, done: NextFunction) => void;
  readonly use: (...given: unknown[]) => unknown;
}

/** As express itself tells them. */
function isApp(given: unknown): given is Application {
  return typeof given === 'function' && 'handle' in given && 'set' in given;
}

/** Node's method behind `write` and `end`; its types do not list it. */
const { _send: sendPiece } = ServerResponse.prototype as unknown as { _send: (...piece: unknown[]) => boolean };

function bornWithPrototypes(app: Application): Pick<App, 'Request' | 'Response'> {
  class KeelsonRequest extends IncomingMessage {}
  class Response extends ServerResponse implements KeelsonResponse {
    exchange: Exchange | undefined = undefined;
    bodyBytes = 0;
    #holding = false;
    #held: string | undefined = undefined;

    /** One override instead of one listener and one closure per request. */
    override emit(event: string, ...args: unknown[]): boolean {
      if (event === 'close' && this.exchange !== undefined) this.exchange.close();
      return super.emit(event as 'close', ...(args as []));
    }

    override write(chunk: unknown, encoding?: unknown, callback?: unknown): boolean {
      this.bodyBytes += sizeOf(chunk, encoding);
      return super.write(chunk, encoding as BufferEncoding, callback as () => void);
    }

    override end(chunk?: unknown, encoding?: unknown, callback?: unknown): this {
      this.bodyBytes += sizeOf(chunk, encoding);
      return super.end(chunk, encoding as BufferEncoding, callback as () => void);
    }

    /**
     * Ends with a whole text. Node writes a text and the mark of its end as two pieces, which have to be gathered; here the text is held until its
     * end comes, and both are one write: the same bytes, a few microseconds cheaper.
     */
    endWhole(text: string, bytes: number): this {
      this.bodyBytes += bytes;
      this.#holding = true;
      super.end(text, 'utf8');
      this.#holding = false;
      const held = this.#held;
      // A node whose end came by another way: then the text goes out now.
      if (held !== undefined) this.#letGo(held);
      return this;
    }

    /** Node's own way of writing pieces of an answer, the first with the head in front. */
    _send(data: unknown, encoding?: unknown, callback?: unknown, bytes?: unknown): boolean {
      const held = this.#held;
      if (!this.#holding || (held === undefined ? typeof data !== 'string' || data === '' : data !== '')) {
        if (held !== undefined) this.#letGo(held);
        return sendPiece.call(this, data, encoding, callback, bytes);
      }
      if (held === undefined) {
        this.#held = data as string;
        return true;
      }
      this.#held = undefined;
      return sendPiece.call(this, held, 'utf8', callback);
    }

    #letGo(held: string): void {
      this.#held = undefined;
      sendPiece.call(this, held, 'utf8');
    }
  }
  Object.setPrototypeOf(KeelsonRequest.prototype, express.request);
  Object.setPrototypeOf(Response.prototype, express.response);
  for (const prototype of [KeelsonRequest.prototype, Response.prototype]) {
    Object.defineProperty(prototype, 'app', { configurable: true, enumerable: true, writable: true, value: app });
  }
  Object.assign(Response.prototype, { json: shortJson(app) });
  Object.assign(app, { request: KeelsonRequest.prototype, response: Response.prototype });
  return { Request: KeelsonRequest, Response };
}

function sizeOf(chunk: unknown, encoding: unknown): number {
  if (typeof chunk !== 'string') return chunk instanceof Uint8Array ? chunk.byteLength : 0;
  return Buffer.byteLength(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
}
