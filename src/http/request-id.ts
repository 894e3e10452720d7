import { randomUUID } from 'node:crypto';
import { isRequestId } from '../core';

/** The caller's X-Request-Id when it is well-formed (so that it can go into logs and headers as it is), else a new one. */
export function requestIdOf(header: string | string[] | undefined): string {
  return isRequestId(header) ? header : randomUUID();
}
