import { createHook, type AsyncHook } from 'node:async_hooks';
import { dirname, sep } from 'node:path';

/** Something that was opened and keeps a process alive. */
export interface OpenHandle {
  /** What it is, like `a timer that repeats every 1000 ms` or `a server on 127.0.0.1:8080`. */
  readonly what: string;
  /** Where it was made: a few lines of a stack, the innermost first; empty if no code of the user's was involved. */
  readonly madeAt: readonly string[];
}

/** What is known of a timer, a socket and so on. Node.js gives these objects to hooks; what is read of them is looked for first. */
interface Resource {
  hasRef?(): boolean;
  getsockname?(out: object): unknown;
  getpeername?(out: object): unknown;
  readonly _destroyed?: boolean;
  readonly _idleTimeout?: number;
  readonly _repeat?: number | null;
}

interface Seen {
  readonly resource: WeakRef<Resource>;
  readonly type: string;
  readonly made: Error;
}

/** What is watched, by node's name for it, and what people call it. */
const kinds: Readonly<Record<string, string>> = Object.freeze({
  Timeout: 'a timer',
  TCPSERVERWRAP: 'a server',
  TCPWRAP: 'a socket',
  PIPESERVERWRAP: 'a server',
  PIPEWRAP: 'a pipe',
  UDPWRAP: 'a datagram socket',
  PROCESSWRAP: 'a child process',
  FSEVENTWRAP: 'a file watcher',
  STATWATCHER: 'a file watcher',
  WORKER: 'a worker thread',
  MESSAGEPORT: 'a message port',
});

const stackDepth = 30;
const shownFrames = 4;

/**
 * Sees what is opened while it is on, by code for which `belongs` returns true. It costs a call for everything asynchronous that is made, promises too, and a stack for
 * each handle: fine for tests. Keeps nothing alive.
 */
export class HandleWatch {
  readonly #hook: AsyncHook;
  #seen: Seen[] = [];

  constructor(belongs: () => boolean) {
    this.#hook = createHook({
      init: (_id, type, _trigger, resource) => {
        if (Object.hasOwn(kinds, type) && belongs()) this.#note(type, resource);
      },
    });
  }

  start(): void {
    this.#hook.enable();
  }

  stop(): void {
    this.#hook.disable();
  }

  /** What was opened and is still open, without timers and handles that were told not to keep the process alive (`unref`). */
  open(): readonly OpenHandle[] {
    this.#seen = this.#seen.filter(({ resource }) => isOpen(resource.deref()));
    return this.#seen.map(({ resource, type, made }) => ({
      what: describe(type, resource.deref() as Resource),
      madeAt: framesOf(made),
    }));
  }

  #note(type: string, resource: Resource): void {
    // A server that is busy opens one for each request: what is closed by now is let go.
    if (this.#seen.length % 1_000 === 999) this.#seen = this.#seen.filter((one) => isOpen(one.resource.deref()));
    this.#seen.push({ resource: new WeakRef(resource), type, made: stackHere() });
  }
}

function isOpen(resource: Resource | undefined): resource is Resource {
  return resource !== undefined && resource._destroyed !== true && resource.hasRef?.() === true;
}

function stackHere(): Error {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = stackDepth;
  const made = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  return made;
}

function describe(type: string, resource: Resource): string {
  const kind = kinds[type] as string;
  if (type === 'Timeout') {
    const ms = resource._idleTimeout ?? 0;
    return `${kind} ${typeof resource._repeat === 'number' ? `that repeats every ${ms} ms` : `of ${ms} ms`}`;
  }
  const own = addressOf((out) => resource.getsockname?.(out));
  const peer = type === 'TCPWRAP' ? addressOf((out) => resource.getpeername?.(out)) : undefined;
  if (peer !== undefined) return `${kind} to ${peer}`;
  return own === undefined ? kind : `${kind} on ${own}`;
}

function addressOf(ask: (out: object) => unknown): string | undefined {
  const out: { address?: string; port?: number } = {};
  try {
    ask(out);
  } catch {
    return undefined;
  }
  if (out.address === undefined || out.port === undefined) return undefined;
  return `${out.address.includes(':') ? `[${out.address}]` : out.address}:${out.port}`;
}

/** keelson's own code, built or not. */
const root = dirname(dirname(__dirname));
const own = [`${root}${sep}dist${sep}`, `${root}${sep}src${sep}`];

/** Those of the user's own code; if there are none, those of libraries. */
function framesOf({ stack = '' }: Error): readonly string[] {
  const frames = stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line) && !line.includes('node:') && !own.some((path) => line.includes(path)));
  const users = frames.filter((line) => !line.includes(`${sep}node_modules${sep}`));
  return (users.length > 0 ? users : frames).slice(0, shownFrames).map((line) => line.trim());
}
