import { type IncomingMessage, type ServerResponse } from 'node:http';
import express, { type Application, type NextFunction, type Request, type Response } from 'express';
import { KeelsonError } from '../core';
import { readBody } from './body';
import { weakEtag } from './etag';
import { hasBody } from './linger';
import { type ResolvedHttpOptions } from './options';
import { requestClass } from './request';
import { responseClass } from './response';
import { shortJson } from './short-json';

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
  const meet = onlyWithBody(app);

  const subApps: SubApp[] = [];
  const { handle, use } = app as unknown as Overridden;
  const final =
    (req: IncomingMessage, res: ServerResponse): NextFunction =>
    (error?: unknown) =>
      unhandled(error, req, res);
  Object.assign(app, {
    handle: (req: Request, res: Response, done?: NextFunction) => {
      meet(req);
      handle.call(app, req, res, done ?? final(req, res));
    },
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

/** What express's router keeps about the first entry of its stack. */
interface FirstLayer {
  match: (path: string) => unknown;
}

/**
 * Lets requests without a body pass by the body parser, the first entry of express's stack: it would only be called to say `next()`, which
 * costs a microsecond. The router asks that entry at once whether it fits, so what the request is like is told just before.
 */
function onlyWithBody(app: Application): (req: Request) => void {
  const [parser] = (app.router as unknown as { stack: [FirstLayer] }).stack;
  const match = parser.match.bind(parser);
  let wanted = true;
  parser.match = (path) => wanted && match(path);
  return (req) => {
    wanted = hasBody(req);
  };
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

function bornWithPrototypes(app: Application): Pick<App, 'Request' | 'Response'> {
  const Request = requestClass();
  const Response = responseClass();
  Object.setPrototypeOf(Request.prototype, express.request);
  Object.setPrototypeOf(Response.prototype, express.response);
  for (const prototype of [Request.prototype, Response.prototype]) {
    Object.defineProperty(prototype, 'app', { configurable: true, enumerable: true, writable: true, value: app });
  }
  Object.assign(Response.prototype, { json: shortJson(app) });
  Object.assign(app, { request: Request.prototype, response: Response.prototype });
  return { Request, Response };
}
