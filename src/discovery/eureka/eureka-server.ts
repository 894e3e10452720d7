import { KeelsonError } from '../../core';

/** One registry server. */
export interface EurekaServer {
  /** Scheme, name and port. */
  readonly origin: string;
  /** Where the REST operations are, without a slash at the end: `/eureka` for Spring's server, `/eureka/v2` for Netflix's own. */
  readonly path: string;
  /** User and password of the URL, as the header that carries them. */
  readonly authorization: string | undefined;
  /** The address as logs and /health may show it. */
  readonly shown: string;
}

/**
 * Reads an address such as `http://user:password@registry:8761/eureka/`.
 *
 * @throws CONFIG_INVALID for anything but an http or https URL; what was given is not in the message, because it may hold a password
 */
export function eurekaServer(text: unknown): EurekaServer {
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw refused('must be http:// or https:// URLs such as http://localhost:8761/eureka');
  if (url.search !== '' || url.hash !== '') throw refused('must be URLs without a query and a fragment');
  const path = url.pathname.replace(/\/+$/, '');
  return { origin: url.origin, path, authorization: authorizationOf(url), shown: `${url.origin}${path}` };
}

function refused(problem: string): KeelsonError {
  return new KeelsonError('CONFIG_INVALID', `eureka: urls ${problem}.`, { retryable: false });
}

function authorizationOf({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  return `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')}`;
}

/** A lone % is a character like any other. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
