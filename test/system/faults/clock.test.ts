import http from 'node:http';
import { join } from 'node:path';
import { ask, type Answer } from '../../support/ask';
import { endPrograms, runProgram, type Program } from '../../support/program';
import { RawClient } from '../../support/raw-http';
import { FakeWall } from './support/fake-wall';
import { fault } from './support/fault';
import { SpanCollector } from './support/span-collector';

const fixture = join(__dirname, 'fixtures', 'clocked-service.cjs');
const authorization = 'Bearer only-for-the-test-of-clocks';
const hourMs = 3_600_000;

/** What is left to be closed, also when a test fails. */
const cleanUps: (() => void)[] = [];

afterAll(() => {
  for (const cleanUp of cleanUps) cleanUp();
  endPrograms();
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function timed<T>(work: Promise<T>): Promise<[T, number]> {
  const from = performance.now();
  return [await work, performance.now() - from];
}

/** What was found, each with what was expected: those that do not hold are the state errors. */
class Findings {
  checked = 0;
  readonly errors: string[] = [];

  holds(what: string, holds: boolean, got: unknown = ''): void {
    this.checked += 1;
    if (!holds) this.errors.push(`${what}: ${JSON.stringify(got)}`);
  }

  /** Not early, and not an hour late: how late exactly is the machine's business. */
  took(what: string, ms: number, expectedMs: number, limitMs = expectedMs + 3_000): void {
    this.holds(`${what} after ${expectedMs} ms`, ms >= expectedMs - 50 && ms <= limitMs, ms);
  }
}

/** Sends a request every 20 ms on kept connections; gives how many had no answer of 200, and how many there were. */
function keepAsking(port: number): () => Promise<[number, number]> {
  const agent = new http.Agent({ keepAlive: true });
  const answers: Promise<boolean>[] = [];
  const send = (): void => {
    const answer = ask(port, '/hello', { agent });
    answers.push(
      answer.then(
        ({ status }) => status === 200,
        () => false,
      ),
    );
  };
  const timer = setInterval(send, 20);
  cleanUps.push(() => clearInterval(timer));
  return async () => {
    clearInterval(timer);
    const all = await Promise.all(answers);
    agent.destroy();
    return [all.filter((well) => !well).length, all.length];
  };
}

/** How long a connection with one answered request stays open. */
async function idleMs(port: number): Promise<number> {
  const client = await RawClient.open(port);
  client.send('GET /hello HTTP/1.1\r\nhost: x\r\n\r\n');
  await client.until('world');
  const [, ms] = await timed(client.closed);
  return ms;
}

/** Sets the clock 500 ms after these have begun, and waits for what becomes of them. */
async function runAcross(port: number, jump: () => void, found: Findings): Promise<void> {
  const setLevel = JSON.stringify({ configuredLevel: 'debug', revertAfterMs: 1_500 });
  const posted = await ask(port, '/loggers/root', { method: 'POST', body: setLevel, headers: { authorization } });
  found.holds('a level is set', posted.status < 300, posted);
  const level = async (): Promise<unknown> =>
    (JSON.parse((await ask(port, '/loggers/root', { headers: { authorization } })).body) as { effectiveLevel: string })
      .effectiveLevel;
  const stopAsking = keepAsking(port);
  const slow = timed(ask(port, '/slow?ms=1500'));
  const expiring = timed(ask(port, '/slow?ms=4000', { headers: { 'keelson-timeout-ms': '1500' } }));
  const idle = idleMs(port);
  await pause(500);
  jump();
  await pause(500);
  found.holds('the level still holds', (await level()) === 'debug');
  const expire = ([answer, ms]: [Answer, number], what: string, status: number): void => {
    found.holds(`${what} is answered ${status}`, answer.status === status, answer.status);
    found.took(what, ms, 1_500);
  };
  expire(await slow, 'a slow request', 200);
  expire(await expiring, 'a deadline', 504);
  found.took('an idle connection is closed', await idle, 2_000, 6_000);
  expire(
    await timed(ask(port, '/slow?ms=1700', { headers: { 'keelson-timeout-ms': '1500' } })),
    'a deadline that began afterwards',
    504,
  );
  found.holds('the level is back', (await level()) === 'info');
  const [failed, sent] = await stopAsking();
  found.holds('requests meanwhile failed', failed === 0 && sent > 50, { failed, sent });
}

/** Timestamps for people and other systems are those of the new time. */
async function checkTimestamps(port: number, program: Program, offMs: number, found: Findings): Promise<void> {
  const { wall } = JSON.parse((await ask(port, '/clock')).body) as { wall: number };
  found.holds('the clock was set', Math.abs(wall - offMs - Date.now()) < 5_000, wall - Date.now());
  const line = await program.line('clock was asked for');
  found.holds('the log follows', Math.abs(Date.parse(line['timestamp'] as string) - wall) < 5_000, line);
  await pause(500);
  const { body } = await ask(port, '/health', { headers: { authorization } });
  const { beat } = (JSON.parse(body) as { components: Record<string, { checkedAt: string }> }).components;
  found.holds('a check follows', Math.abs(Date.parse(beat?.checkedAt ?? '') - wall) < 10_000, beat);
}

function checkIntervals(times: readonly number[], what: string, everyMs: number, found: Findings): void {
  const gaps = times.slice(1).map((at, i) => at - (times[i] as number));
  found.holds(`${what} every ${everyMs} ms`, gaps.length > 4 && Math.max(...gaps) < everyMs + 2_000, gaps);
  const average = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  found.holds(`${what} not more often`, average > everyMs * 0.8, average);
}

async function checkMetrics(port: number, found: Findings): Promise<void> {
  const { body } = await ask(port, '/metrics');
  const sums = [...body.matchAll(/^http_server_request_duration_seconds_sum\{.*\} (.*)$/gm)].map(([, sum]) =>
    Number(sum),
  );
  found.holds('durations are true', sums.length > 0 && sums.every((sum) => sum > 0 && sum < 60), sums);
  const delay = Number(/^nodejs_eventloop_delay_max_seconds (.*)$/m.exec(body)?.[1]);
  found.holds('the delay of the loop is true', delay < 10, delay);
  const dropped = /^keelson_(?:trace_spans|log_lines)_dropped_total.* [1-9]/m.exec(body);
  found.holds('nothing was dropped', dropped === null, dropped);
}

function checkSpans(spans: SpanCollector['spans'], wall: number, found: Findings): void {
  const took = (name: string): number[] =>
    spans.filter((span) => span.name === name).map(({ startMs, endMs }) => endMs - startMs);
  const all = spans.map(({ startMs, endMs }) => endMs - startMs);
  found.holds('no span is negative or an hour', all.length > 50 && all.every((ms) => ms >= 0 && ms < 10_000));
  found.holds(
    'slow spans',
    took('GET /slow').length === 3 && took('GET /slow').every((ms) => ms > 1_400),
    took('GET /slow'),
  );
  found.holds(
    'spans with a start of their own',
    took('sleeping').length > 1 && took('sleeping').every((ms) => ms > 1_400),
    took('sleeping'),
  );
  const last = spans.at(-1)?.startMs ?? 0;
  found.holds('spans follow', Math.abs(last - wall) < 10_000, last - wall);
}

for (const [title, hours] of [
  ['back by an hour', -1],
  ['forward by an hour', 1],
] as const) {
  fault(
    28,
    `the clock is set ${title} while a service runs, and back again while it stops`,
    'everything that waits or measures goes on as if nothing had been, timestamps follow',
    async (report) => {
      const wall = new FakeWall();
      const collector = await SpanCollector.open();
      cleanUps.push(
        () => wall.remove(),
        () => collector.close(),
      );
      const program = runProgram([fixture], {
        ...wall.env,
        ...collector.env,
        OTEL_BSP_SCHEDULE_DELAY: '300',
        HTTP_KEEP_ALIVE_TIMEOUT_MS: '2000',
        SHUTDOWN_DRAIN_DELAY_MS: '1500',
      });
      const port = await program.ready();
      const found = new Findings();
      await runAcross(port, () => wall.set(hours * 3_600), found);
      await checkTimestamps(port, program, hours * hourMs, found);
      await checkMetrics(port, found);

      const from = program.kill('SIGTERM');
      const wallAtStop = Date.now() + hours * hourMs;
      await pause(500);
      wall.set(0);
      found.holds('still served while it drains', (await ask(port, '/hello')).status === 200);
      const ended = await program.ended;
      found.took('it has stopped', ended.at - from, 1_500, 6_000);
      found.holds('it stopped in order', ended.code === 0, ended);
      const beats = program.lines.filter(({ message }) => message === 'beat').map(({ at }) => at as number);
      checkIntervals(beats, 'a check runs', 200, found);
      checkIntervals(collector.batches.slice(0, -1), 'spans are exported', 300, found);
      checkSpans(collector.spans.slice(0, -1), wallAtStop, found);
      const bad = program.lines.filter(({ level, logger }) => logger !== 'access' && level !== 'info');
      found.holds('no warning', bad.length === 0, bad);

      expect(found.errors).toEqual([]);
      report(`${found.errors.length} state errors in ${found.checked} findings, limit 0`);
    },
    { needs: ['faketime'] },
  );
}
