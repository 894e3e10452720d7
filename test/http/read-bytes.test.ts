import { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { readBytes } from '../../src/http/read-bytes';

function requestWith(headers: IncomingHttpHeaders = {}): IncomingMessage & PassThrough {
  return Object.assign(new PassThrough(), { headers }) as unknown as IncomingMessage & PassThrough;
}

test('gives the bytes, however they come', async () => {
  const req = requestWith();
  const read = readBytes(req, 100);
  for (const part of ['a', 'b', 'c']) req.write(part);
  req.end();
  expect((await read).toString()).toBe('abc');
  expect(req.listenerCount('data') + req.listenerCount('end')).toBe(0);
  const empty = requestWith();
  empty.end();
  expect(await readBytes(empty, 0)).toEqual(Buffer.alloc(0));
});

test('stops at the limit and leaves the rest where it is', async () => {
  const req = requestWith();
  const read = readBytes(req, 5);
  req.write('123');
  req.write('456');
  await expect(read).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE', status: 413, details: { limit: 5 } });
  expect(req.isPaused()).toBe(true);
  expect(req.listenerCount('data')).toBe(0);
});

test('does not begin when the length is announced', async () => {
  const req = requestWith({ 'content-length': '6' });
  await expect(readBytes(req, 5)).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  expect(req.listenerCount('data')).toBe(0);
});

test('unfolds at most the limit', async () => {
  const req = requestWith({ 'content-encoding': 'gzip' });
  req.end(gzipSync('a'.repeat(101)));
  await expect(readBytes(req, 100)).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  const fits = requestWith({ 'content-encoding': ' GZip ' });
  fits.end(gzipSync('a'.repeat(100)));
  expect(await readBytes(fits, 100)).toHaveLength(100);
});

test.each([
  ['broke', (req: PassThrough) => req.destroy(new Error('aborted'))],
  ['closed', (req: PassThrough) => req.destroy()],
])('a request that %s is an error of the caller', async (_how, end) => {
  const req = requestWith();
  const read = readBytes(req, 5);
  end(req);
  await expect(read).rejects.toMatchObject({ code: 'BAD_REQUEST', message: 'The body broke off.' });
  await expect(readBytes(req, 5)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});
