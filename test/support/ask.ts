import http, { type IncomingHttpHeaders } from 'node:http';

/** How a request differs from a bare GET on a connection of its own. */
export interface AskOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly agent?: http.Agent;
}

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/**
 * One request to 127.0.0.1, on a connection of its own which it would like to keep: so an answer that says `Connection: close` means it.
 * Rejects when the connection is refused or breaks.
 */
export function ask(port: number, path: string, options: AskOptions = {}): Promise<Answer> {
  const { method = 'GET', body, agent = false } = options;
  const headers = { connection: 'keep-alive', ...options.headers };
  return new Promise((resolve, reject) => {
    const req = http.request({ host: '127.0.0.1', port, path, method, headers, agent }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('error', reject);
      res.on('end', () =>
        resolve({ status: res.statusCode as number, headers: res.headers, body: Buffer.concat(chunks).toString() }),
      );
    });
    req.on('error', reject);
    req.end(body);
  });
}

/** The code of the error that a request ends with, like ECONNREFUSED; undefined if it was answered. */
export async function refusalOf(port: number, path = '/'): Promise<string | undefined> {
  try {
    await ask(port, path);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}
