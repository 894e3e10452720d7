import { endPrograms } from '../../support/program';
import { answersIn, RawClient, type RawAnswer } from '../../support/raw-http';
import { bombs, type Bomb } from './support/bombs';
import { pause } from './support/crowd';
import { fault } from './support/fault';
import { startHostileService, type HostileService } from './support/hostile-service';
import { forgetPeak, inMegabytes, megabyte, memoryOf } from './support/proc-status';

let service: HostileService;

beforeAll(async () => {
  service = await startHostileService();
});
afterAll(() => endPrograms());

const limit = 102_400;
const json = 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';

interface Upload {
  readonly what: string;
  readonly head: string;
  readonly bytes: number;
  readonly chunked: boolean;
}

const gigabyte = 1024 * megabyte;
const uploads: readonly Upload[] = [
  { what: '101 kB', head: `${json}Content-Length: 103424\r\n\r\n`, bytes: 103_424, chunked: false },
  { what: 'one byte too many', head: `${json}Content-Length: ${limit + 1}\r\n\r\n`, bytes: limit + 1, chunked: false },
  {
    what: 'chunks of one byte too many',
    head: `${json}Transfer-Encoding: chunked\r\n\r\n`,
    bytes: limit + 1,
    chunked: true,
  },
  { what: '1 GB', head: `${json}Content-Length: ${gigabyte}\r\n\r\n`, bytes: gigabyte, chunked: false },
  { what: '1 GB in chunks', head: `${json}Transfer-Encoding: chunked\r\n\r\n`, bytes: gigabyte, chunked: true },
  {
    what: '1 GB in chunks that asked first',
    head: `${json}Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n`,
    bytes: gigabyte,
    chunked: true,
  },
  {
    what: '1 GB of a type that is not read',
    head: `POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: video/mp4\r\nContent-Length: ${gigabyte}\r\n\r\n`,
    bytes: gigabyte,
    chunked: false,
  },
  {
    what: '1 GB to a route that there is not',
    head: `POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
    bytes: gigabyte,
    chunked: true,
  },
];

const piece = Buffer.alloc(64 * 1024, ' ');
const chunk = Buffer.concat([Buffer.from('10000\r\n'), piece, Buffer.from('\r\n')]);

/** Sends as fast as the server takes it, until all is sent or the connection is over. */
async function upload({ head, bytes, chunked }: Upload): Promise<RawAnswer[]> {
  const client = await RawClient.open(service.port);
  client.send(head);
  for (let left = bytes; left > 0 && !client.socket.destroyed && client.socket.writable; left -= piece.length) {
    const part = left < piece.length ? piece.subarray(0, left) : piece;
    const sent = chunked && part.length === piece.length ? chunk : part;
    const framed =
      chunked && sent !== chunk ? Buffer.from(`${part.length.toString(16)}\r\n${part.toString()}\r\n`) : sent;
    const more = await new Promise<boolean>((resolve) => {
      client.socket.write(framed, (error) => resolve(error === undefined || error === null));
      void client.closed.then(() => resolve(false));
    });
    if (!more) break;
  }
  if (chunked && client.socket.writable) client.send('0\r\n\r\n');
  await client.closed;
  return answersIn(client.received).filter(({ status }) => status >= 200);
}

fault(
  19,
  'bodies over the limit, up to 1 GB, with and without a length',
  'answered 413 (or 415), reading stops',
  async (report) => {
    const rounds = 3;
    const wrong: string[] = [];
    const seen = (await service.cost()).bytesRead.length;
    forgetPeak(service.pid);
    const before = memoryOf(service.pid);
    for (let round = 0; round < rounds; round++) {
      await Promise.all(
        uploads.map(async (one) => {
          const answers = await upload(one);
          const wanted = one.what.includes('type') ? 415 : 413;
          if (answers.length !== 1 || answers[0]?.status !== wanted)
            wrong.push(`${one.what}: ${JSON.stringify(answers)}`);
        }),
      );
    }
    await pause(100);
    const grown = memoryOf(service.pid, 'VmHWM') - before;
    const { bytesRead } = await service.cost();
    const uploaded = bytesRead.slice(seen).filter((bytes) => bytes > 10_000);
    const most = Math.max(...uploaded);
    report(`at most ${(most / 1024).toFixed(0)} kB read of a body, limit ${(limit / 1024).toFixed(0)} kB + 1 MB`);
    report(
      `${uploads.length * rounds - wrong.length} of ${uploads.length * rounds} got their 413 or 415; peak RSS +${inMegabytes(grown)}, limit 50 MB`,
    );
    expect(wrong).toEqual([]);
    expect(uploaded.length).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(limit + megabyte);
    expect(grown).toBeLessThan(50 * megabyte);
    expect(await service.isWell()).toBe(true);
  },
);

async function explode({ encoding, bytes }: Bomb, chunked: boolean): Promise<RawAnswer[]> {
  const client = await RawClient.open(service.port);
  const length = chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${bytes.length}`;
  client.send(`${json}Content-Encoding: ${encoding}\r\nConnection: close\r\n${length}\r\n\r\n`);
  client.send(
    chunked
      ? Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n0\r\n\r\n')])
      : bytes,
  );
  return client.rest();
}

fault(20, 'bombs in gzip, br and deflate, doubly encoded ones', 'refused before they grow', async (report) => {
  const all = await bombs();
  const wrong: string[] = [];
  let cpu = { ms: 0, by: '' };
  let memory = { bytes: 0, by: '' };
  // The first ones pay for what is made once.
  for (const bomb of all) await explode(bomb, true);
  for (const bomb of all) {
    for (const chunked of [false, true]) {
      forgetPeak(service.pid);
      const rss = memoryOf(service.pid);
      const before = await service.cost();
      const answers = await explode(bomb, chunked);
      const spent = (await service.cost()).cpuMs - before.cpuMs;
      const grown = memoryOf(service.pid, 'VmHWM') - rss;
      const [answer] = answers;
      if (answers.length !== 1 || !bomb.statuses.includes(answer?.status as number))
        wrong.push(`${bomb.what}: ${JSON.stringify(answers)}`);
      if (spent > cpu.ms) cpu = { ms: spent, by: bomb.what };
      if (grown > memory.bytes) memory = { bytes: grown, by: bomb.what };
    }
  }
  report(`${all.length * 2} bombs, ${wrong.length} not refused`);
  report(`CPU ${cpu.ms.toFixed(0)} ms at most (${cpu.by}), limit 200 ms`);
  report(`peak RSS +${inMegabytes(memory.bytes)} at most (${memory.by}), limit 20 MB`);
  expect(wrong).toEqual([]);
  expect(cpu.ms).toBeLessThanOrEqual(200);
  expect(memory.bytes).toBeLessThanOrEqual(20 * megabyte);
  expect(await service.isWell()).toBe(true);
});
