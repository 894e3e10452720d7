import http from 'node:http';
import { endPrograms } from '../../support/program';
import { fault } from './support/fault';
import { startHostileService, type HostileService } from './support/hostile-service';
import { jsonBodies, wrongTypes, type JsonBody } from './support/broken-json';

let service: HostileService;

beforeAll(async () => {
  service = await startHostileService();
});
afterAll(() => endPrograms());

const hangMs = 5_000;

interface Outcome {
  readonly status: number;
  readonly sound: boolean;
  readonly text: string;
}

/** Posts bytes. Rejects when there is no answer in time. */
function post(path: string, type: string, bytes: Buffer, agent: http.Agent): Promise<Outcome> {
  const headers = { 'content-type': type, 'content-length': bytes.length };
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: service.port, path, method: 'POST', headers, agent, timeout: hangMs };
    const req = http.request(options, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const status = res.statusCode as number;
        const isProblem =
          res.headers['content-type'] === 'application/problem+json' && JSON.parse(text).status === status;
        resolve({ status, sound: status < 400 || isProblem, text });
      });
    });
    req.on('timeout', () => req.destroy(new Error('hung')));
    req.on('error', reject);
    req.end(bytes);
  });
}

const statuses: Readonly<Record<JsonBody['is'], readonly number[]>> = {
  broken: [400],
  sound: [200],
  either: [200, 400],
};

fault(
  22,
  'malformed JSON of many kinds, wrong charsets, a byte order mark',
  'a problem each, none hangs or blocks',
  async (report) => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const wrong: string[] = [];
    const seen: number[] = [];
    let hung = 0;
    let blocked = { ms: 0, by: '' };
    const judge = async (what: string, type: string, bytes: Buffer, expected: readonly number[]): Promise<void> => {
      try {
        const { status, sound, text } = await post('/checked', type, bytes, agent);
        seen.push(status);
        if (!sound || !expected.includes(status)) wrong.push(`${what}: ${status} ${text.slice(0, 200)}`);
      } catch (error) {
        hung += 1;
        wrong.push(`${what}: ${String(error)}`);
      }
    };
    await service.cost();
    for (const { what, bytes, is } of jsonBodies) {
      await judge(what, 'application/json', bytes, statuses[is]);
      if (bytes.length < 1_000) continue;
      const { blockedMs } = await service.cost();
      if (blockedMs > blocked.ms) blocked = { ms: blockedMs, by: what };
    }
    for (const type of wrongTypes) await judge(type, type, Buffer.from('{}'), [415]);
    agent.destroy();
    const failures = seen.filter((status) => status >= 500).length;
    report(
      `${jsonBodies.length + wrongTypes.length} bodies: ${failures} answered 5xx, limit 0; ${hung} hung, limit 0; ${wrong.length} otherwise wrong`,
    );
    report(`event loop blocked for ${blocked.ms.toFixed(0)} ms at most (${blocked.by}), limit 1000 ms`);
    expect(wrong).toEqual([]);
    expect({ failures, hung }).toEqual({ failures: 0, hung: 0 });
    expect(blocked.ms).toBeLessThan(1_000);
    expect(await service.isWell()).toBe(true);
  },
);
