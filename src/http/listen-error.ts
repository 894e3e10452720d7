import { KeelsonError } from '../core';

/** A port that could not be had. */
export interface ListenFailure {
  /** Names the port: the setting to change. */
  readonly setting: string;
  readonly port: number;
  readonly host: string;
  readonly cause: Error;
}

const byHost = 'Choose another by http.host (HTTP_HOST).';

const messages: Readonly<Record<string, (failure: ListenFailure) => string>> = {
  EADDRINUSE: ({ port, setting }) =>
    `Port ${port} is already in use. Stop the program that has it, or choose another port by ${setting}.`,
  EACCES: ({ port, setting }) => `Port ${port} may not be opened by this user. Choose one above 1023 by ${setting}.`,
  EADDRNOTAVAIL: ({ host }) => `The address ${host} is not one of this machine. ${byHost}`,
  EAFNOSUPPORT: ({ host }) => `This machine has no addresses of the kind of ${host}. ${byHost}`,
  ENOTFOUND: ({ host }) => `The host ${host} is not known. ${byHost}`,
  EAI_AGAIN: ({ host }) => `The host ${host} could not be looked up. ${byHost}`,
};

/** What to do about a port that could not be had. */
export function cannotListen(failure: ListenFailure): KeelsonError {
  const { setting, port, host, cause } = failure;
  const code = 'code' in cause ? String(cause.code) : '';
  const known = Object.hasOwn(messages, code) ? messages[code] : undefined;
  const message = known?.(failure) ?? `Cannot listen on ${host} port ${port} (${setting}): ${cause.message}.`;
  return new KeelsonError('START_FAILED', message, { retryable: false, cause, details: { setting, port, host } });
}
