import { Agent, request, type IncomingHttpHeaders } from 'node:http';

/** An answer, and how long it took. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly ms: number;
}

/** What is asked. */
export interface Question {
  readonly port: number;
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** In ms. @default 5000 */
  readonly timeoutMs?: number;
  /** @default a connection of its own */
  readonly agent?: Agent;
}

/** One request over a real socket. @throws when no whole answer comes */
export function ask({
  port,
  path,
  method = 'GET',
  headers,
  body,
  timeoutMs = 5_000,
  agent,
}: Question): Promise<Answer> {
  const from = performance.now();
  return new Promise((resolve, reject) => {
    const req = request({ host: '127.0.0.1', port, path, method, headers, agent: agent ?? false }, (res) => {
      const parts: Buffer[] = [];
      res.on('data', (part: Buffer) => parts.push(part));
      res.on('error', reject);
      res.on('end', () => {
        clearTimeout(timer);
        const text = Buffer.concat(parts).toString();
        resolve({ status: res.statusCode ?? 0, headers: res.headers, body: text, ms: performance.now() - from });
      });
    });
    const late = (): void => void req.destroy(new Error(`no answer to ${method} ${path} within ${timeoutMs} ms`));
    const timer = setTimeout(late, timeoutMs);
    req.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    req.end(body);
  });
}

/** The same, undefined where no answer comes. */
export function asked(question: Question): Promise<Answer | undefined> {
  return ask(question).catch(() => undefined);
}

/** A connection that is kept for the next request. */
export function keptConnection(): Agent {
  return new Agent({ keepAlive: true, maxSockets: 1 });
}
