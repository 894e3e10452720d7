import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { systemClock, type Clock } from '../../src/core';
import { fakeClock } from '../../src/testing/fake-clock';
import { giveAnswer, type StubAnswer } from '../../src/testing/stub-answer';

let server: Server;
let answer: StubAnswer;
let clock: Clock = systemClock;
let asked: (() => void) | undefined;
let given: Promise<void> | undefined;

beforeEach(async () => {
  clock = systemClock;
  server = createServer((req, res) => {
    req.resume();
    given = giveAnswer(res, answer, clock);
    asked?.();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** What comes over the wire, to its end. */
function bytesOf(of: StubAnswer): Promise<{ text: string; error: string | undefined }> {
  answer = of;
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  let text = '';
  let error: string | undefined;
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  socket.on('error', (failed: NodeJS.ErrnoException) => (error = failed.code));
  return new Promise((resolve) => socket.on('close', () => resolve({ text, error })));
}

test('JSON, with status and headers', async () => {
  const { text } = await bytesOf({ status: 201, json: { a: 1 }, headers: { 'x-own': 'yes' } });
  expect(text).toMatch(/^HTTP\/1\.1 201 Created\r\n/);
  expect(text).toMatch(/content-type: application\/json\r\ncontent-length: 7\r\nx-own: yes\r\n/);
  expect(text.endsWith('\r\n\r\n{"a":1}')).toBe(true);
});

test('bytes as they are, and nothing', async () => {
  expect((await bytesOf({ body: Buffer.from('raw') })).text).toMatch(/200 OK\r\ncontent-length: 3\r\n[^]*\r\n\r\nraw$/);
  expect((await bytesOf({ status: 503 })).text).toMatch(/503 [^]*content-length: 0\r\n[^]*\r\n\r\n$/);
});

test('a reset, and a close without a word', async () => {
  expect(await bytesOf({ fault: 'reset' })).toEqual({ text: '', error: 'ECONNRESET' });
  expect(await bytesOf({ fault: 'close' })).toEqual({ text: '', error: undefined });
});

test('bytes that are no HTTP', async () => {
  const { text } = await bytesOf({ fault: 'bad-bytes' });
  expect(text).toBe('HTTP/9.x \0 \xff not an answer\r\n\r\n');
});

test('half of the body that was announced', async () => {
  const { text } = await bytesOf({ fault: 'truncated', body: '0123456789' });
  expect(text).toContain('content-length: 10\r\n');
  expect(text.endsWith('\r\n\r\n01234')).toBe(true);
  const [, length] = /content-length: (\d+)/.exec((await bytesOf({ fault: 'truncated' })).text) ?? [];
  expect(Number(length)).toBeGreaterThan(10);
});

test('a delay by the clock, which ends when the caller goes', async () => {
  const fake = fakeClock();
  clock = fake;
  const begun = new Promise<void>((resolve) => (asked = resolve));
  const answered = bytesOf({ delayMs: 60_000, body: 'late' });
  await begun;
  expect(fake.timers).toBe(1);
  await fake.advance(60_000);
  expect((await answered).text).toMatch(/late$/);

  const again = new Promise<void>((resolve) => (asked = resolve));
  const cut = bytesOf({ delayMs: 60_000, body: 'never' });
  await again;
  server.closeAllConnections();
  await Promise.all([cut, given]);
  expect(fake.timers).toBe(0);
});

test('nothing at all', async () => {
  const begun = new Promise<void>((resolve) => (asked = resolve));
  const answered = bytesOf({ fault: 'hang' });
  await begun;
  await given;
  server.closeAllConnections();
  expect((await answered).text).toBe('');
});
