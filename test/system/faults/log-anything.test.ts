import { join } from 'node:path';
import { ask } from '../../support/ask';
import { endPrograms, runProgram } from '../../support/program';
import { fault } from './support/fault';

/** The longest line that docs/logging.md promises: 131,072 characters of fields, beside the message (8,192, each escaped at worst) and the head. */
const longestLine = 131_072 + 6 * 8_192 + 2_048;

afterAll(endPrograms);

fault(
  39,
  'circles, BigInt, 10 MB, getters and Proxies that throw, in every place of a line',
  'never throws',
  async (report) => {
    const program = runProgram([join(__dirname, 'fixtures/log-anything.cjs')], { LOG_MAX_BUFFERED: '100MB' });
    const port = await program.ready();
    const done = await program.line('tried everything');
    expect((await ask(port, '/livez')).status).toBe(200);
    program.kill('SIGINT');
    expect((await program.ended).code).toBe(0);
    expect(done['threw']).toEqual([]);
    const lines = program.stdout.trimEnd().split('\n');
    for (const line of lines) JSON.parse(line);
    const longest = Math.max(...lines.map((line) => line.length));
    expect(longest).toBeLessThanOrEqual(longestLine);
    // ready, tried everything, the request to /livez has none, stopping, stopped.
    expect(lines.length).toBe((done['calls'] as number) + 4);
    const slowest = Math.round(done['slowestMs'] as number);
    report(
      `throws: 0 in ${done['calls'] as number} calls, each one line; longest line ${longest} characters, limit ${longestLine}`,
    );
    report(`slowest call ${slowest} ms (${done['slowest'] as string})`);
  },
);
