import { type IncomingHttpHeaders } from 'node:http';
import { KeelsonError } from '../core';

/** Milliseconds that a caller may grant at most: a day. A larger number is a mistake or an attack. */
const longestMs = 24 * 3_600_000;

/** gRPC's units (gRPC over HTTP/2, "Timeout"), in milliseconds. */
const grpcUnits: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 };

/** The header in which keelson says how many milliseconds are left. */
export const timeoutHeader = 'keelson-timeout-ms';

/**
 * How long the caller still waits, by its headers: `keelson-timeout-ms` and `x-envoy-expected-rq-timeout-ms` (milliseconds) and
 * `grpc-timeout` (up to 8 digits and a unit). The shortest counts; one that is not well-formed is passed over.
 *
 * @returns milliseconds, or undefined when no header says anything
 */
export function timeoutOf(headers: IncomingHttpHeaders): number | undefined {
  const own = headers[timeoutHeader];
  const envoy = headers['x-envoy-expected-rq-timeout-ms'];
  const grpc = headers['grpc-timeout'];
  if (own === undefined && envoy === undefined && grpc === undefined) return undefined;
  return shortest(shortest(milliseconds(own), milliseconds(envoy)), grpcTimeout(grpc));
}

function shortest(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : Math.min(a, b);
}

function milliseconds(header: string | string[] | undefined): number | undefined {
  if (typeof header !== 'string' || !/^\d{1,15}$/.test(header)) return undefined;
  return Math.min(Number(header), longestMs);
}

function grpcTimeout(header: string | string[] | undefined): number | undefined {
  if (typeof header !== 'string') return undefined;
  const match = /^(\d{1,8})([HMSmun])$/.exec(header);
  if (match === null) return undefined;
  return Math.min(Number(match[1]) * (grpcUnits[match[2] as string] as number), longestMs);
}

/** The answer to a request whose own bytes did not come in time. */
export function requestTooSlow(): KeelsonError {
  return new KeelsonError('REQUEST_TIMEOUT', 'The request did not arrive in time.', { retryable: true });
}
