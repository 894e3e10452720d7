import { type IncomingMessage, type ServerResponse } from 'node:http';
import express, { type Application } from 'express';
import { weakEtag } from './etag';

/** An express response, as far as it is looked at here. */
interface JsonResponse extends ServerResponse {
  readonly req: IncomingMessage;
  readonly app: Application;
  readonly send: unknown;
  endWhole(text: string, bytes: number): unknown;
}

/**
 * `res.json` by a short path, for the answers that nearly all of them are: the same bytes as express's `send`, without its way through `send`.
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
    const bytes = Buffer.byteLength(text);
    this.setHeader('Content-Length', String(bytes));
    this.setHeader('ETag', weakEtag(text));
    return this.endWhole(text, bytes);
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
