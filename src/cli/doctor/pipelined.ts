import { connect } from 'node:net';

/** Requests that are sent before the first answer has come, on each connection. */
const batch = 40;
const connections = 8;

/**
 * GETs many paths over few connections without waiting for each answer: what is asked is to be busy, not who asks.
 *
 * @returns how many were answered
 */
export async function getAll(port: number, paths: readonly string[], signal: AbortSignal): Promise<number> {
  let next = 0;
  const take = (): readonly string[] => paths.slice(next, (next += batch));
  const counts = await Promise.all(Array.from({ length: connections }, () => onOneConnection(port, take, signal)));
  return counts.reduce((sum, count) => sum + count, 0);
}

function onOneConnection(port: number, take: () => readonly string[], signal: AbortSignal): Promise<number> {
  return new Promise((resolve) => {
    let [answered, asked] = [0, 0];
    let tail = '';
    const socket = connect(port, '127.0.0.1');
    const end = (): void => void socket.destroy();
    const send = (): void => {
      const paths = take();
      if (paths.length === 0) return end();
      asked += paths.length;
      socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`).join(''));
    };
    socket.on('connect', send);
    socket.on('data', (part: Buffer) => {
      // A status line may come in two parts.
      const text = tail + part.toString('latin1');
      answered += text.match(statusLine)?.length ?? 0;
      tail = /HTTP\/1\.1 \d{0,3}$|H(?:T(?:T(?:P(?:\/(?:1(?:\.1?)?)?)?)?)?)?$/.exec(text)?.[0] ?? '';
      if (answered >= asked) send();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      signal.removeEventListener('abort', end);
      resolve(answered);
    });
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}

const statusLine = /HTTP\/1\.1 \d{3} /g;
