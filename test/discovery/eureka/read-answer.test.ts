import { gzipSync } from 'node:zlib';
import { readAnswer } from '../../../src/discovery/eureka/read-answer';

async function* stream(...chunks: (string | Buffer)[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

test('text in pieces, also cut within a character', async () => {
  const bytes = Buffer.from('{"a":"ä"}');
  expect(await readAnswer(stream(bytes.subarray(0, 7), bytes.subarray(7)), undefined, 100)).toBe('{"a":"ä"}');
  expect(await readAnswer(stream(), 'gzip', 100)).toBe('');
  expect(await readAnswer(stream('x'), 'identity', 100)).toBe('x');
});

test('zipped text', async () => {
  expect(await readAnswer(stream(gzipSync('x'.repeat(1000))), 'gzip', 1000)).toBe('x'.repeat(1000));
});

test('the limit holds on the wire, and no more than that is read', async () => {
  let read = 0;
  async function* endless(): AsyncGenerator<Buffer> {
    for (;;) {
      read += 1;
      yield Buffer.alloc(10);
    }
  }
  await expect(readAnswer(endless(), undefined, 100)).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  expect(read).toBe(11);
});

test('the limit holds unzipped', async () => {
  const bomb = stream(gzipSync(Buffer.alloc(1e6)));
  await expect(readAnswer(bomb, 'gzip', 10_000)).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
});

test.each([
  ['not zipped', stream('hello'), 'gzip'],
  ['cut off', stream(gzipSync('x'.repeat(1000)).subarray(0, 20)), 'gzip'],
  ['an encoding that was not asked for', stream('x'), 'br'],
])('%s is invalid', async (_, body, encoding) => {
  await expect(readAnswer(body, encoding, 1000)).rejects.toMatchObject({ code: 'PAYLOAD_INVALID' });
});
