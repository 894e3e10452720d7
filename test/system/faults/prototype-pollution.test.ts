import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ask } from '../../support/ask';
import { endPrograms, runProgram } from '../../support/program';
import { fault } from './support/fault';
import { attempts, starts, type Start } from './support/pollution-cases';

afterAll(() => endPrograms());

const fixture = join(__dirname, 'fixtures', 'unpolluted.cjs');

fault(
  24,
  'prototype names in all that a running service parses',
  'nothing is inherited by any object',
  async (report) => {
    const program = runProgram([fixture], { MANAGEMENT_TOKEN: 'only-for-this-test-0123', LOG_LEVEL: 'debug' });
    const port = await program.ready();
    const before = await ask(port, '/');
    const wrong: string[] = [];
    let polluted = 0;
    for (const { what, path, options = {}, statuses, never } of attempts) {
      const { status, body } = await ask(port, path, options);
      if (!statuses.includes(status) || never?.test(body) === true) wrong.push(`${what}: ${status} ${body}`);
      const inherited = JSON.parse((await ask(port, '/polluted')).body) as string[];
      polluted += inherited.length;
      if (inherited.length > 0) wrong.push(`${what}: ${inherited.join()}`);
    }
    const after = await ask(port, '/');
    report(`${attempts.length} cases, ${polluted} names inherited, limit 0`);
    expect(wrong).toEqual([]);
    expect(polluted).toBe(0);
    expect({ ...after.headers, ...unlike }).toEqual({ ...before.headers, ...unlike });
    expect(after.body).toBe(before.body);
    expect(program.lines.filter(({ polluted: field }) => field !== undefined)).toEqual([]);
  },
);

/** What differs between any two answers. */
const unlike = { date: '', 'x-request-id': '' };

async function begin({
  env = {},
  flags = [],
  files = {},
}: Start): Promise<{ ending: 'ready' | number | null; inherited: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-polluted-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const program = runProgram([fixture, ...flags], env, folder);
  const ready = program.ready().then(async (port) => {
    const { body } = await ask(port, '/polluted');
    expect(body).toBe('[]');
    program.kill('SIGINT');
    return 'ready' as const;
  });
  const ending = await Promise.race([ready, program.ended.then(({ code }) => code)]).catch(() => null);
  const { code } = await program.ended;
  await ready.catch(() => undefined);
  rmSync(folder, { recursive: true, force: true });
  const inherited = /^polluted at exit: (.*)$/m.exec(program.stderr)?.[1] ?? 'did not say';
  return { ending: code === 0 ? 'ready' : (ending ?? code), inherited };
}

fault(
  24,
  'prototype names in all that is read at the start',
  'refused or ignored, nothing is inherited',
  async (report) => {
    const wrong: string[] = [];
    let polluted = 0;
    for (const start of starts) {
      const { ending, inherited } = await begin(start);
      if (ending !== start.ends) wrong.push(`${start.what}: ended ${ending}, not ${start.ends}`);
      if (inherited === '[]') continue;
      polluted += 1;
      wrong.push(`${start.what}: ${inherited}`);
    }
    report(`${starts.length} starts, ${polluted} with names inherited, limit 0`);
    expect(wrong).toEqual([]);
    expect(polluted).toBe(0);
  },
);
