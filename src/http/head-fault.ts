import { type IncomingMessage } from 'node:http';
import { KeelsonError } from '../core';

const host = /^[\w.~!$&'()*+,;=%:[\]-]*$/;
const endsChunked = /(?:^|[\t ,])chunked[\t ]*$/i;

/**
 * What RFC 9112 demands to be answered 400 and node:http lets pass (or refuses with an empty answer): heads that another server on the way may read
 * differently, by which one request is slipped in as part of another.
 *
 * @returns the answer, or undefined for a sound head
 */
export function headFault(req: IncomingMessage): KeelsonError | undefined {
  const { headers } = req;
  if (req.httpVersionMajor !== 1) return fault('HTTP/1.1 and 1.0 are spoken here.');
  if (headers.host === undefined) {
    return req.httpVersionMinor === 0 ? framingFault(req) : fault('An HTTP/1.1 request has a Host field.');
  }
  if (!host.test(headers.host)) return fault('The Host field is not a host.');
  if (hasTwoHosts(req.rawHeaders)) return fault('A request has one Host field.');
  return framingFault(req);
}

/** Without `chunked` at its end the body would have no end but that of the connection (RFC 9112, 6.3). */
function framingFault({ headers }: IncomingMessage): KeelsonError | undefined {
  const coding = headers['transfer-encoding'];
  return coding === undefined || endsChunked.test(coding) ? undefined : fault('The last transfer coding is chunked.');
}

/** `headers` has only the first one. */
function hasTwoHosts(rawHeaders: readonly string[]): boolean {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  return count > 1;
}

function fault(message: string): KeelsonError {
  return new KeelsonError('BAD_REQUEST', message, { retryable: false });
}
