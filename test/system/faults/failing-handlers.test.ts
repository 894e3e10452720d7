import { join } from 'node:path';
import { ask } from '../../support/ask';
import { endPrograms, runProgram, type Program } from '../../support/program';
import { crowd } from './support/crowd';
import { fault } from './support/fault';

let program: Program;
let port: number;

beforeAll(async () => {
  program = runProgram([join(__dirname, 'fixtures', 'throwing.cjs')]);
  port = await program.ready();
});
afterAll(() => endPrograms());

const rounds = 20;

async function counted5xx(): Promise<number> {
  const { body } = await ask(port, '/metrics');
  const counts = /^http_server_request_duration_seconds_count\{.*http_response_status_code="5\d\d".*\} (\d+)$/gm;
  return [...body.matchAll(counts)].reduce((sum, [, count]) => sum + Number(count), 0);
}

fault(
  10,
  'handlers that throw, reject now and later, anything at all',
  'each is a 500 that tells nothing',
  async (report) => {
    const ways = JSON.parse((await ask(port, '/ways')).body) as string[];
    const wrong: string[] = [];
    await crowd(ways.length * rounds, 1_000, async (index) => {
      const way = ways[index % ways.length] as string;
      // undefined and null are no errors to express: then nothing has answered.
      const { status, headers, body } = await ask(port, `/fails/${encodeURIComponent(way)}`);
      const problem = JSON.parse(body) as Record<string, unknown>;
      const sound =
        status === 500 &&
        headers['content-type'] === 'application/problem+json' &&
        problem['code'] === 'INTERNAL' &&
        problem['requestId'] === headers['x-request-id'] &&
        !/cAnArY|node_modules|\.js|\bat /.test(body);
      if (!sound) wrong.push(`${way}: ${status} ${body}`);
    });
    const failed = ways.length * rounds;
    const counted = await counted5xx();
    const { status } = await ask(port, '/readyz');
    report(
      `${failed - wrong.length} of ${failed} failures of ${ways.length} kinds were a bare 500, ${counted} of them counted`,
    );
    report(`the process lives: ${program.child.exitCode === null ? 'yes' : 'no'}`);
    expect(wrong).toEqual([]);
    expect(counted).toBe(failed);
    expect(program.child.exitCode).toBeNull();
    expect(status).toBe(200);
  },
);

fault(
  10,
  'handlers that fail when the answer has begun or is out',
  'a broken connection or nothing, and one line',
  async (report) => {
    const middle = await Promise.all(
      Array.from({ length: rounds }, () =>
        ask(port, '/breaks/in-the-middle').then(
          () => 'whole',
          () => 'broken',
        ),
      ),
    );
    const after = await Promise.all(Array.from({ length: rounds }, () => ask(port, '/breaks/after-the-answer')));
    const lines = (): number =>
      program.lines.filter(({ message, path }) => message === 'request failed' && String(path).startsWith('/breaks/'))
        .length;
    await program.line('request failed', () => lines() === 2 * rounds);
    report(
      `${middle.filter((one) => one === 'broken').length} of ${rounds} half answers were broken off, limit ${rounds}`,
    );
    report(`${after.filter(({ status }) => status === 200).length} of ${rounds} answers that were out stayed whole`);
    expect(new Set(middle)).toEqual(new Set(['broken']));
    expect(new Set(after.map(({ status, body }) => `${status} ${body}`))).toEqual(new Set(['200 {"ok":true}']));
    expect((await ask(port, '/livez')).status).toBe(200);
  },
);
