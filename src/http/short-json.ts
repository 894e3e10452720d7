import { hash } from 'node:crypto';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import express, { type Application } from 'express';

/** An express response, as far as it is looked at here. */
interface JsonResponse extends ServerResponse {
  readonly req: IncomingMessage;
  readonly app: Application;
  readonly send: unknown;
}

/** The bytes of express's own weak ETag, a few microseconds cheaper: hashed in one call instead of by a stream. */
export function weakEtag(body: string | Buffer, encoding?: BufferEncoding): string {
  const length = typeof body === 'string' ? Buffer.byteLength(body, encoding) : body.length;
  return `W/"${length.toString(16)}-${hash('sha1', body, 'base64').slice(0, 27)}"`;
}

/**
 * `res.json` by a short path, for the answers that nearly all of them are: the same bytes as express's, without its way through `send`.
 * Wherever anything could make a difference (settings, headers set before, conditional requests, patched methods, sub-apps), it is express's way.
 */
export function shortJson(app: Application): (this: JsonResponse, value: unknown) => unknown {
  const { json, send } = express.response;
  const { settings } = app as unknown as { settings: Readonly<Record<string, unknown>> };
  return function shortOrExpressJson(this: JsonResponse, value: unknown): unknown {
    const usual =
      this.app === app &&
      this.send === send &&
      express.response.json === json &&
      settings['etag fn'] === weakEtag &&
      !settings['json spaces'] &&
      !settings['json replacer'] &&
      !settings['json escape'];
    const text = usual && isPlain(this) ? JSON.stringify(value) : undefined;
    if (typeof text !== 'string') return (express.response.json as (value: unknown) => unknown).call(this, value);
    this.setHeader('Content-Type', 'application/json; charset=utf-8');
    this.setHeader('Content-Length', String(Buffer.byteLength(text)));
    this.setHeader('ETag', weakEtag(text));
    this.end(text, 'utf8');
    return this;
  };
}

/** An answer with a body, to a request without conditions, of which nothing has been said yet. */
function isPlain(res: JsonResponse): boolean {
  const { method, headers } = res.req;
  const status = res.statusCode;
  return (
    method !== 'HEAD' &&
    status !== 204 &&
    status !== 205 &&
    status !== 304 &&
    headers['if-none-match'] === undefined &&
    headers['if-modified-since'] === undefined &&
    !res.hasHeader('content-type') &&
    !res.hasHeader('etag') &&
    !res.hasHeader('transfer-encoding')
  );
}
