import { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { KeelsonError } from '../core';
import { hasBody } from './linger';
import { type ResolvedHttpOptions } from './options';
import { jsonParser } from './parse-json';
import { readBytes } from './read-bytes';

const json = /^application\/(?:[\w.+-]+\+)?json[\t ]*(?:;|$)/i;
const charset = /;[\t ]*charset[\t ]*=[\t ]*"?([^\t ;"]*)/i;

/**
 * The body parser of every service: JSON becomes `req.body`, `rawBody` paths get a Buffer, `bodyTypes` are left to a parser of the
 * service's own, anything else is answered 415. A request without a body passes untouched.
 *
 * Not express.json: that reads a body which is too large to its end before it says so.
 */
export function readBody(options: ResolvedHttpOptions): RequestHandler {
  const { bodyLimit } = options;
  const parseJson = jsonParser();
  const isRaw = pathMatcher(options.rawBody);
  const others = options.bodyTypes.map((type) => type.toLowerCase());

  async function read(req: Request, res: Response, parse: (bytes: Buffer) => unknown): Promise<void> {
    try {
      req.body = parse(await readBytes(req, bodyLimit));
    } catch (error) {
      // Whoever answers this: the rest of the body would be taken for the next request, or never be read.
      if (!req.complete && !res.headersSent) res.setHeader('connection', 'close');
      throw error;
    }
  }

  return function readBody(req: Request, res: Response, next: NextFunction): void {
    if (!hasBody(req) || req.body !== undefined || req.readableEnded) return next();
    if (isRaw !== undefined && isRaw(req.path)) {
      read(req, res, asItIs).then(next, next);
      return;
    }
    const type = req.headers['content-type'];
    if (type !== undefined && json.test(type)) {
      if (isUtf8(type)) read(req, res, parseJson).then(next, next);
      else next(refusal('JSON is read in UTF-8 only.'));
      return;
    }
    if (type !== undefined && others.includes(mediaType(type))) return next();
    const got = type === undefined ? 'no Content-Type' : `'${mediaType(type).slice(0, 100)}'`;
    next(refusal(`This service reads application/json here, and the request has ${got}.`));
  };
}

function asItIs(bytes: Buffer): Buffer {
  return bytes;
}

function mediaType(header: string): string {
  return (header.split(';', 1)[0] as string).trim().toLowerCase();
}

function isUtf8(type: string): boolean {
  const name = charset.exec(type)?.[1];
  return name === undefined || /^utf-?8$/i.test(name);
}

function refusal(message: string): KeelsonError {
  return new KeelsonError('UNSUPPORTED_MEDIA_TYPE', message, {
    retryable: false,
    details: { accepts: ['application/json'] },
  });
}

/** Compares as express's router does: in any case, and with or without a slash at the end. */
function pathMatcher(paths: readonly string[]): ((path: string) => boolean) | undefined {
  if (paths.length === 0) return undefined;
  const wanted = paths.map((path) => path.toLowerCase());
  const exact = new Set(wanted.filter((path) => !path.endsWith('/*')).map(withoutSlash));
  const prefixes = wanted.filter((path) => path.endsWith('/*')).map((path) => path.slice(0, -1));
  return (given) => {
    const path = given.toLowerCase();
    return exact.has(withoutSlash(path)) || prefixes.some((prefix) => path.startsWith(prefix));
  };
}

function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
