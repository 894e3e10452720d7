import { type Application } from 'express';
import {
  createHttp,
  type AccessLine,
  type Addresses,
  type Http,
  type HttpParts,
  type Problem,
} from '../../../src/http';
import { RecordingLogger, RecordingMeter, RecordingTracing } from '../../support/recording';

/** An HTTP side that listens on a free port of this machine, with everything it tells recorded. */
export interface Running extends Addresses {
  readonly http: Http;
  readonly app: Application;
  readonly url: string;
  readonly lines: AccessLine[];
  readonly log: RecordingLogger;
  readonly meter: RecordingMeter;
  readonly tracing: RecordingTracing;
  /** Resolves to the access line of the request with this X-Request-Id, or of the first one there is. */
  line(requestId?: string): Promise<AccessLine>;
}

const running: Http[] = [];

/** Makes one, lets `routes` add to its app, and starts it. {@link stopAll} ends it. */
export async function start(
  routes: (app: Application) => void = () => undefined,
  parts: HttpParts = {},
): Promise<Running> {
  const made = make(routes, parts);
  const addresses = await made.http.listen();
  made.http.open();
  return { ...made, ...addresses, url: `http://127.0.0.1:${addresses.port}` };
}

/** The same, not started. */
export function make(
  routes: (app: Application) => void = () => undefined,
  parts: HttpParts = {},
): Omit<Running, 'url' | keyof Addresses> {
  const lines: AccessLine[] = [];
  const waiting = new Set<() => void>();
  const log = new RecordingLogger();
  const meter = new RecordingMeter();
  const tracing = new RecordingTracing();
  const http = createHttp({
    log,
    meter,
    tracing,
    accessLog: (line) => {
      lines.push(line);
      for (const look of waiting) look();
    },
    ...parts,
    options: { port: 0, host: '127.0.0.1', ...parts.options },
  });
  running.push(http);
  routes(http.app);
  const line = (requestId?: string): Promise<AccessLine> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = lines.find((one) => requestId === undefined || one.requestId === requestId);
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return { http, app: http.app, lines, log, meter, tracing, line };
}

/** Stops all that were started, at once. */
export async function stopAll(): Promise<void> {
  for (const http of running.splice(0)) {
    http.drain();
    await http.close(AbortSignal.abort());
    await http.closeManagement(AbortSignal.abort());
  }
}

/** The problem document of an answer; fails when it is none. */
export async function problemIn(answer: Response): Promise<Problem> {
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const problem = (await answer.json()) as Problem;
  expect(problem.status).toBe(answer.status);
  return problem;
}

/** Something that a handler can wait for and a test can give. */
export interface Gate<T = void> {
  readonly promise: Promise<T>;
  readonly open: (value: T) => void;
}

export function gate<T = void>(): Gate<T> {
  let open: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => (open = resolve));
  return { promise, open };
}
