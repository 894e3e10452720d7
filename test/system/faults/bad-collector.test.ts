import { join } from 'node:path';
import { ask } from '../../support/ask';
import { endPrograms, runProgram } from '../../support/program';
import { answering, nobody, taking, type BadCollector } from './support/bad-collector';
import { fault } from './support/fault';
import { keepAsking } from './support/keep-asking';

const traced = join(__dirname, 'fixtures/traced.cjs');
/** More than may wait: the queue takes 2,048 spans, and 512 are under way. */
const requests = 4_000;
const waiting = 2_048 + 512;
const delayLimitMs = 2_000;

interface Outcome {
  readonly failed: number;
  readonly p99Ms: number;
  readonly exported: number;
  readonly dropped: number;
  readonly exitMs: number;
  /** Complaints about the collector in the log. */
  readonly complaints: number;
}

afterAll(endPrograms);

/** A service with everything by default and spans at 100 %, under load, and then stopped, with this collector. */
async function run(start: () => Promise<BadCollector>): Promise<Outcome> {
  const collector = await start();
  const program = runProgram([traced], { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, SHUTDOWN_DRAIN_DELAY_MS: '0' });
  const port = await program.ready();
  const { failed, p99Ms } = await keepAsking(port, '/trace', requests);
  const { body } = await ask(port, '/metrics');
  const sum = (name: string): number =>
    [...body.matchAll(new RegExp(`^${name}(?:{.*})? (\\d+)`, 'gm'))].reduce(
      (total, [, value]) => total + Number(value),
      0,
    );
  const begun = program.kill('SIGTERM');
  const { code, at } = await program.ended;
  await collector.close();
  expect(code).toBe(0);
  expect(program.stderr).toBe('');
  return {
    ...{ failed, p99Ms, exitMs: at - begun },
    exported: sum('keelson_trace_spans_exported_total'),
    dropped: sum('keelson_trace_spans_dropped_total'),
    complaints: program.lines.filter(({ logger, level }) => logger === 'tracing' && level === 'warn').length,
  };
}

let healthy: Outcome | undefined;

async function whenHealthy(): Promise<Outcome> {
  healthy ??= await run(answering((res) => res.end('{}')));
  expect(healthy).toMatchObject({ failed: 0, dropped: 0, complaints: 0 });
  expect(healthy.exported).toBeGreaterThan(0);
  return healthy;
}

const later = (ms: number, call: () => void): void => void setTimeout(call, ms).unref();

const states: readonly (readonly [string, () => Promise<BadCollector>])[] = [
  ['is down', nobody],
  ['answers after 8 s', answering((res) => later(8_000, () => res.end('{}')))],
  ['accepts and never answers', taking((socket) => socket.resume())],
  ['accepts and never reads', taking((socket) => socket.pause())],
  ['answers 500', answering((res) => res.writeHead(500).end())],
  ['answers 503', answering((res) => res.writeHead(503).end())],
  ['answers 429 and asks for an hour', answering((res) => res.writeHead(429, { 'retry-after': '3600' }).end())],
  ['resets every connection', taking((socket) => socket.resetAndDestroy())],
  ['resets after the batch', answering((res) => res.socket?.resetAndDestroy())],
  [
    'closes amid the answer',
    taking((socket) => void socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-le'))),
  ],
  ['speaks something else', taking((socket) => void socket.once('data', () => socket.end('220 mail ready\r\n')))],
  [
    'answers without end',
    answering((res) => {
      res.writeHead(503);
      const timer = setInterval(() => res.write('x'), 20);
      res.once('close', () => clearInterval(timer));
    }),
  ],
];

describe.each(states)('a collector that %s', (state, start) => {
  fault(43, `a collector that ${state}`, 'spans dropped and counted, requests and stop unaffected', async (report) => {
    const well = await whenHealthy();
    const bad = await run(start);
    const delayed = bad.exitMs - well.exitMs;
    report(`failed: ${bad.failed} of ${requests}; spans dropped and counted: ${bad.dropped}`);
    report(`p99 ${bad.p99Ms.toFixed(0)} ms, with a healthy one ${well.p99Ms.toFixed(0)} ms`);
    report(`stop delayed by ${Math.round(delayed)} ms, limit ${delayLimitMs} ms`);
    expect(bad.failed).toBe(0);
    expect(bad.exported).toBe(0);
    expect(bad.dropped).toBeGreaterThanOrEqual(requests - waiting);
    expect(bad.dropped).toBeLessThanOrEqual(requests);
    expect(bad.complaints).toBeLessThanOrEqual(1);
    expect(delayed).toBeLessThan(delayLimitMs);
  });
});
