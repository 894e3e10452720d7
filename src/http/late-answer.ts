import { type ServerResponse } from 'node:http';

type Callback = (() => void) | undefined;

function callbackOf(args: unknown[]): Callback {
  return args.find((arg) => typeof arg === 'function') as Callback;
}

function keep(this: ServerResponse): ServerResponse {
  return this;
}

function drop(...args: unknown[]): boolean {
  const callback = callbackOf(args);
  if (callback !== undefined) process.nextTick(callback);
  return true;
}

function dropLast(this: ServerResponse, ...args: unknown[]): ServerResponse {
  drop(...args);
  return this;
}

const deaf = Object.freeze({
  setHeader: keep,
  setHeaders: keep,
  appendHeader: keep,
  writeHead: keep,
  write: drop,
  end: dropLast,
  removeHeader: () => undefined,
  flushHeaders: () => undefined,
  addTrailers: () => undefined,
});

/**
 * Makes a response that has been answered over its handler's head deaf to that handler. Its calls would throw, and where nothing catches
 * them (in a timer, in an event) they would end the process: the handler cannot know that its time was up.
 */
export function ignoreLateAnswer(res: ServerResponse): void {
  const { statusCode } = res;
  Object.assign(res, deaf);
  Object.defineProperty(res, 'statusCode', { configurable: true, get: () => statusCode, set: () => undefined });
}
