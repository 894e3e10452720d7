import { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { KeelsonError } from '../core';
import { type FastPaths } from './fast-paths';
import { headFault } from './head-fault';
import { pathOf } from './path';
import { problemOf, sendProblem } from './problem';
import { requestIdOf } from './request-id';

/** The listener of a management port: operational endpoints and nothing else. */
export function operationsOnly(fastPaths: FastPaths): RequestListener {
  return function serveOperations(req: IncomingMessage, res: ServerResponse): void {
    const path = pathOf(req.url as string);
    const fault = headFault(req);
    if (fault === undefined && fastPaths.serve(req, res, path)) return;
    const message = `There is no ${req.method} ${path} on the management port.`;
    if (fault !== undefined) res.setHeader('connection', 'close');
    const error = fault ?? new KeelsonError('NOT_FOUND', message, { retryable: false });
    sendProblem(req, res, problemOf(error), { requestId: requestIdOf(req.headers['x-request-id']), path });
  };
}
