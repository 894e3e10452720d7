import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Compiled } from './support/compiled';

/** What the sink promises about standard output is only true if it is true of a real process. */
describe('a process that logs', () => {
  const compiled = new Compiled();
  const line = "'x'.repeat(1000)";
  const count = `const { counter } = require('./core').noopMeter; let lost = 0;
    const meter = { ...require('./core').noopMeter, counter: (o) => o.name === 'keelson_log_lines_dropped_total' ? { inc: (n) => { lost += n; } } : counter(o) };`;
  /** Logs 20 MB over many turns, closes, and says on stderr how it went. */
  const flood = compiled.script(
    'flood',
    `${count}
    const logging = createLogging({ service: 's', meter });
    let slowest = 0;
    (async () => {
      await logging.start();
      for (let i = 0; i < 200; i++) {
        const from = performance.now();
        for (let j = 0; j < 100; j++) logging.logger.info('line', { n: i * 100 + j, text: ${line} });
        slowest = Math.max(slowest, performance.now() - from);
        await new Promise((resolve) => setImmediate(resolve));
      }
      const from = performance.now();
      await logging.close();
      const report = { lost, slowest, closeMs: performance.now() - from, rss: process.memoryUsage.rss() };
      require('fs').writeFileSync(process.env.REPORT, JSON.stringify(report));
      process.exit(0);
    })();`,
  );

  afterAll(() => compiled.remove());

  async function ended(child: ChildProcess): Promise<{ code: unknown; signal: unknown }> {
    const [code, signal] = (await once(child, 'exit')) as unknown[];
    return { code, signal };
  }

  interface Report {
    lost: number;
    slowest: number;
    closeMs: number;
    rss: number;
  }

  const environment = (name: string): NodeJS.ProcessEnv => ({
    ...compiled.env,
    REPORT: join(compiled.folder, `${name}.json`),
  });
  const reportOf = (name: string): Report =>
    JSON.parse(readFileSync(join(compiled.folder, `${name}.json`), 'utf8')) as Report;

  test('to a pipe that nobody reads: goes on, drops, and ends within the limit', async () => {
    const child = spawn(process.execPath, [flood], {
      env: environment('unread'),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    expect(await ended(child)).toEqual({ code: 0, signal: null });
    const report = reportOf('unread');
    expect(report.lost).toBeGreaterThan(15_000);
    expect(report.slowest).toBeLessThan(1_000);
    expect(report.closeMs).toBeLessThan(2_000);
    expect(report.rss).toBeLessThan(200_000_000);
    child.stdout.destroy();
  });

  test('to a pipe that closes after the first line: goes on and ends well', async () => {
    const command = `"${process.execPath}" "${flood}" | head -1; exit "\${PIPESTATUS[0]}"`;
    const child = spawn('bash', ['-c', command], { env: environment('head'), stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    expect(await ended(child)).toEqual({ code: 0, signal: null });
    expect(JSON.parse(text)).toMatchObject({ message: 'line', n: 0 });
    expect(reportOf('head').lost).toBeGreaterThan(10_000);
    expect(reportOf('head').closeMs).toBeLessThan(1_000);
  });

  test('to a file: every line arrives, even those of one turn and of the exit', async () => {
    const script = compiled.script(
      'file',
      `${count}
      const logging = createLogging({ service: 's', meter });
      process.once('exit', () => { logging.logger.info('last', { lost }); logging.flushNow(); });
      for (let i = 0; i < 20000; i++) logging.logger.info('line', { n: i, text: ${line} });
      process.exit(3);`,
    );
    const path = join(compiled.folder, 'out.log');
    const file = openSync(path, 'w');
    const child = spawn(process.execPath, [script], { env: compiled.env, stdio: ['ignore', file, 'inherit'] });
    expect(await ended(child)).toEqual({ code: 3, signal: null });
    closeSync(file);
    const lines = readFileSync(path, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(20_001);
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ message: 'last', lost: 0 });
  });

  test('to a pipe that is read: every line arrives and the process ends by itself', async () => {
    const script = compiled.script(
      'plain',
      `const logging = createLogging({ service: 's' });
      (async () => {
        await logging.start();
        for (let i = 0; i < 5000; i++) { logging.logger.info('line', { n: i }); if (i % 50 === 0) await new Promise((r) => setImmediate(r)); }
      })();`,
    );
    const child = spawn(process.execPath, [script], { env: compiled.env, stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    const closed = once(child.stdout, 'close');
    expect(await ended(child)).toEqual({ code: 0, signal: null });
    await closed;
    expect(
      text
        .trim()
        .split('\n')
        .map((one) => (JSON.parse(one) as { n: number }).n),
    ).toEqual(Array.from({ length: 5_000 }, (_, i) => i));
  });

  (existsSync('/dev/full') ? test : test.skip)('to a full disk: goes on, counts, and ends well', async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [flood], { env: environment('full'), stdio: ['ignore', full, 'inherit'] });
    expect(await ended(child)).toEqual({ code: 0, signal: null });
    closeSync(full);
    expect(reportOf('full').lost).toBeGreaterThan(10_000);
    expect(reportOf('full').closeMs).toBeLessThan(1_000);
  });

  test('one line and no start: written, and nothing keeps the process', async () => {
    const script = compiled.script('one', "createLogging({ service: 's' }).logger.info('only');");
    const child = spawn('bash', ['-c', `"${process.execPath}" "${script}" | true; exit "\${PIPESTATUS[0]}"`], {
      env: compiled.env,
      stdio: 'ignore',
    });
    expect(await ended(child)).toEqual({ code: 0, signal: null });
  });
});
