import { ServerResponse, type IncomingMessage } from 'node:http';
import { type Exchange } from './exchange';

/** A response of a service: knows its exchange, and tells it when it closes. */
export interface KeelsonResponse extends ServerResponse {
  exchange: Exchange | undefined;
  /** Bytes of the body written so far. */
  bodyBytes: number;
}

/** Node's method behind `write` and `end`; its types do not list it. */
const { _send: send } = ServerResponse.prototype as unknown as { _send: (...piece: unknown[]) => boolean };

/**
 * Makes a response class: one for each app, since its prototype will be that of the app. Its methods are also called on responses of another
 * server, which express gives this prototype: so there are no private fields.
 */
export function responseClass(): typeof ServerResponse<IncomingMessage> {
  return class Response extends ServerResponse implements KeelsonResponse {
    exchange: Exchange | undefined = undefined;
    bodyBytes = 0;
    /** Is a whole answer being ended? */
    whole = false;
    /** Its text and who is told when it was written, until its end comes. */
    held: { readonly text: string; readonly callback: unknown } | undefined = undefined;

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
     * Ends with a whole text in UTF-8. Node 20 and 22 hand a text and the mark of its end to the socket as two pieces, which it then has to gather.
     * Here the text is held until its end comes, and both are one: the same bytes, for less.
     */
    endWhole(text: string, bytes: number): this {
      this.bodyBytes += bytes;
      this.whole = true;
      super.end(text, 'utf8');
      this.whole = false;
      this.letGo(); // from Node 24 on there is no second piece
      return this;
    }

    /** Node's own way of writing a piece of an answer; the first piece gets the head in front. The end is an empty piece. */
    _send(data: unknown, encoding?: unknown, callback?: unknown, bytes?: unknown): boolean {
      if (this.whole && this.held === undefined && typeof data === 'string' && data !== '') {
        this.held = { text: data, callback };
        return true;
      }
      if (data === '' && this.held !== undefined) {
        const { text } = this.held;
        this.held = undefined;
        return send.call(this, text, 'utf8', callback);
      }
      this.letGo();
      return send.call(this, data, encoding, callback, bytes);
    }

    letGo(): void {
      if (this.held === undefined) return;
      const { text, callback } = this.held;
      this.held = undefined;
      send.call(this, text, 'utf8', callback);
    }
  };
}

function sizeOf(chunk: unknown, encoding: unknown): number {
  if (typeof chunk !== 'string') return chunk instanceof Uint8Array ? chunk.byteLength : 0;
  return Buffer.byteLength(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
}
