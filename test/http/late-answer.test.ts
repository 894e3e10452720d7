import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { ignoreLateAnswer } from '../../src/http/late-answer';

async function answered(late: (res: ServerResponse) => unknown): Promise<{ status: number; text: string }> {
  const server = createServer((_req, res) => {
    res.statusCode = 504;
    res.setHeader('content-length', 4);
    res.end('late');
    ignoreLateAnswer(res);
    void Promise.resolve(late(res)).catch(() => undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/`);
  const text = await answer.text();
  server.close();
  server.closeAllConnections();
  return { status: answer.status, text };
}

test('every way to answer is deaf, and says nothing of it', async () => {
  const calls: string[] = [];
  let status = 0;
  const result = await answered((res) => {
    res.statusCode = 200;
    status = res.statusCode;
    expect(res.setHeader('a', 'b').writeHead(200, { c: 'd' }).appendHeader('e', 'f')).toBe(res);
    res.removeHeader('content-length');
    res.flushHeaders();
    res.addTrailers({ g: 'h' });
    expect(res.write('x', 'utf8', () => calls.push('write'))).toBe(true);
    expect(res.write('y')).toBe(true);
    expect(res.end('z', () => calls.push('end'))).toBe(res);
    expect(res.end()).toBe(res);
    expect(calls).toEqual([]); // never before the call has returned
  });
  expect(result).toEqual({ status: 504, text: 'late' });
  expect(status).toBe(504);
  await new Promise((resolve) => setImmediate(resolve));
  expect(calls).toEqual(['write', 'end']);
});

test('a stream that is piped into it runs dry', async () => {
  let read = 0;
  const source = Readable.from(
    (function* () {
      for (; read < 100; read += 1) yield 'x'.repeat(10_000);
    })(),
  );
  const result = await answered((res) => pipeline(source, res));
  expect(result).toEqual({ status: 504, text: 'late' });
  expect(source.destroyed || read === 100).toBe(true);
});
