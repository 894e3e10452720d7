import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { KeelsonError } from '../core';
import { hasBody } from './linger';
import { type ResolvedHttpOptions } from './options';

const json = /^application\/(?:[\w.+-]+\+)?json[\t ]*(?:;|$)/i;

/**
 * The body parser of every service: JSON becomes `req.body`, `rawBody` paths get a Buffer, `bodyTypes` are left to a parser of the
 * service's own, anything else is answered 415. A request without a body passes untouched.
 */
export function readBody(options: ResolvedHttpOptions): RequestHandler {
  const { bodyLimit: limit } = options;
  const parseJson = express.json({ limit, type: () => true, verify: refusePrototypeKeys });
  const parseRaw = express.raw({ limit, type: () => true });
  const isRaw = pathMatcher(options.rawBody);
  const others = options.bodyTypes.map((type) => type.toLowerCase());

  return function readBody(req: Request, res: Response, next: NextFunction): void {
    if (!hasBody(req) || req.body !== undefined) return next();
    if (isRaw !== undefined && isRaw(req.path)) return parseRaw(req, res, next);
    const type = req.headers['content-type'];
    if (type !== undefined && json.test(type)) return parseJson(req, res, (error) => next(refusal(error)));
    if (type !== undefined && others.includes(mediaType(type))) return next();
    next(unsupported(type));
  };
}

function mediaType(header: string): string {
  return (header.split(';', 1)[0] as string).trim().toLowerCase();
}

function unsupported(type: string | undefined): KeelsonError {
  const got = type === undefined ? 'no Content-Type' : `'${mediaType(type).slice(0, 100)}'`;
  const message = `This service reads application/json here, and the request has ${got}.`;
  return new KeelsonError('UNSUPPORTED_MEDIA_TYPE', message, {
    retryable: false,
    details: { accepts: ['application/json'] },
  });
}

function pathMatcher(paths: readonly string[]): ((path: string) => boolean) | undefined {
  if (paths.length === 0) return undefined;
  const exact = new Set(paths.filter((path) => !path.endsWith('/*')));
  const prefixes = paths.filter((path) => path.endsWith('/*')).map((path) => path.slice(0, -1));
  return (path) => exact.has(path) || prefixes.some((prefix) => path.startsWith(prefix));
}

const prototypeKey = 'keelson.prototype-key';

/** A key `__proto__` is harmless until somebody merges the body into an object; no honest client sends one. */
function refusePrototypeKeys(_req: unknown, _res: unknown, body: Buffer): void {
  if (!body.includes('__proto__') && !body.includes('\\u005')) return;
  let found = false;
  try {
    JSON.parse(body.toString('utf8'), (key, value: unknown) => {
      found ||= key === '__proto__';
      return value;
    });
  } catch {
    return; // not JSON at all: the parser itself says so, with a better message
  }
  if (found) throw Object.assign(new Error('prototype key'), { type: prototypeKey });
}

/** body-parser turns what `verify` throws into a 403; here it becomes the 400 that it is. */
function refusal(error: unknown): unknown {
  if (!(error instanceof Error) || !('type' in error) || error.type !== prototypeKey) return error;
  return new KeelsonError('BAD_REQUEST', 'The body has a member named __proto__.', { retryable: false });
}
