import { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { KeelsonError } from '../core';
import { type FastPaths } from './fast-paths';
import { hostMissing, lacksHost } from './host-header';
import { pathOf } from './path';
import { problemOf, sendProblem } from './problem';
import { requestIdOf } from './request-id';

/** The listener of a management port: operational endpoints and nothing else. */
export function operationsOnly(fastPaths: FastPaths): RequestListener {
  return function serveOperations(req: IncomingMessage, res: ServerResponse): void {
    const path = pathOf(req.url as string);
    const refused = lacksHost(req);
    if (!refused && fastPaths.serve(req, res, path)) return;
    const message = `There is no ${req.method} ${path} on the management port.`;
    const error = refused ? hostMissing() : new KeelsonError('NOT_FOUND', message, { retryable: false });
    sendProblem(req, res, problemOf(error), { requestId: requestIdOf(req.headers['x-request-id']), path });
  };
}
