import { randomBytes } from 'node:crypto';
import http from 'node:http';
import { join } from 'node:path';
import { attributesOf, checkOtlp, type OtlpSpan } from '../../tracing/support/check-otlp';
import { ask } from '../../support/ask';
import { eventually } from '../../support/eventually';
import { endPrograms, runProgram, type Program } from '../../support/program';
import { answering, type BadCollector } from './support/bad-collector';
import { fault } from './support/fault';

const requests = 10_000;
const atOnce = 200;
const hop = join(__dirname, 'fixtures/hop.cjs');

interface Sent {
  readonly traceId: string;
  readonly spanId: string;
  readonly requestId: string;
}

/** A span with what the checks need of it. */
interface Found {
  readonly span: OtlpSpan;
  readonly service: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

afterAll(endPrograms);

/** The last of the chain first, since each must know the next. */
async function startChain(collector: BadCollector): Promise<Map<string, { program: Program; port: number }>> {
  const chain = new Map<string, { program: Program; port: number }>();
  let next: Record<string, string> = {};
  for (const name of ['third', 'second', 'first']) {
    const program = runProgram([hop], {
      ...next,
      SERVICE: name,
      LOG_ACCESS: 'false',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '200',
      OTEL_BSP_MAX_QUEUE_SIZE: '200000',
      SHUTDOWN_DRAIN_DELAY_MS: '0',
    });
    const port = await program.ready();
    next = { NEXT: `http://127.0.0.1:${port}` };
    chain.set(name, { program, port });
  }
  return chain;
}

/** Sends all requests, some at a time, each with a trace and an id of its own. Resolves to how many answers had others. */
async function send(port: number, sent: readonly Sent[]): Promise<number> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: atOnce });
  let wrong = 0;
  let at = 0;
  const work = async (): Promise<void> => {
    for (let n = at++; n < sent.length; n = at++) {
      const { traceId, spanId, requestId } = sent[n] as Sent;
      const headers = { traceparent: `00-${traceId}-${spanId}-01`, 'x-request-id': requestId };
      const { status, body } = await ask(port, `/${n}/1`, { agent, headers });
      const hops = status === 200 ? (JSON.parse(body) as { traceId: string; requestId: string }[]) : [];
      const right = hops.filter((one) => one.traceId === traceId && one.requestId === requestId).length;
      if (hops.length !== 3 || right !== 3) wrong += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  agent.destroy();
  return wrong;
}

/** The parent that a span must have, by what it says of itself. */
function expectedParent(
  { span, service, attributes }: Found,
  sent: readonly Sent[],
  calls: Map<string, string>,
): string | undefined {
  const [, n = '', attempt = ''] = /^\/(\d+)\/(\d)$/.exec(String(attributes['url.path'])) ?? [];
  if (sent[Number(n)]?.traceId !== span.traceId) return undefined;
  if (service === 'first') return sent[Number(n)]?.spanId;
  return calls.get(`${service === 'second' ? 'first' : 'second'} ${span.traceId} ${attempt}`);
}

function brokenLinks(found: readonly Found[], sent: readonly Sent[]): number {
  const calls = new Map<string, string>();
  const servers = new Set<string>();
  for (const { span, service, attributes } of found) {
    const attempt = (attributes['attempt'] as { intValue: string } | undefined)?.intValue;
    if (span.name === 'call') calls.set(`${service} ${span.traceId} ${attempt}`, span.spanId);
    else servers.add(`${service} ${span.spanId}`);
  }
  const broken = found.filter((one) => {
    const { span, service } = one;
    if (span.name === 'call') return !servers.has(`${service} ${span['parentSpanId'] as string}`);
    return span['parentSpanId'] === undefined || span['parentSpanId'] !== expectedParent(one, sent, calls);
  });
  return broken.length;
}

fault(
  46,
  'ten thousand requests through three services, over await, timers, callbacks, streams and second attempts',
  'one trace each',
  async (report) => {
    const collector = await answering((res) => res.end('{}'))();
    const chain = await startChain(collector);
    const sent = Array.from({ length: requests }, (_, n) => ({
      traceId: randomBytes(16).toString('hex'),
      spanId: randomBytes(8).toString('hex'),
      requestId: `request-${n}`,
    }));
    const wrongAnswers = await send(chain.get('first')?.port as number, sent);

    // First, second, third, and a call each of the first two; every third is tried twice.
    const again = Math.ceil(requests / 3);
    const spans = requests * 5 + again * 2;
    const found: Found[] = [];
    await eventually(
      () => {
        for (const body of collector.bodies.splice(0)) {
          const { resource, spans: batch } = checkOtlp(body);
          for (const span of batch)
            found.push({
              span,
              service: resource['service.name'] as string,
              attributes: attributesOf(span['attributes']),
            });
        }
        return found.length >= spans || undefined;
      },
      `${spans} spans`,
      30_000,
    );
    let resumed = 0;
    let lines = 0;
    let wrongLines = 0;
    for (const [, { program, port }] of chain) {
      const { count, where } = JSON.parse((await ask(port, '/broken')).body) as { count: number; where: string[] };
      expect(where).toEqual([]);
      resumed += count;
      program.kill('SIGTERM');
      expect((await program.ended).code).toBe(0);
      for (const line of program.lines.filter(({ message }) => message === 'passed')) {
        const { traceId, requestId } = sent[line['n'] as number] as Sent;
        lines += 1;
        if (line['traceId'] !== traceId || line['requestId'] !== requestId) wrongLines += 1;
      }
    }
    await collector.close();
    const broken = brokenLinks(found, sent);
    report(`broken links: ${broken} of ${found.length} spans from ${requests} requests, ${atOnce} at a time, limit 0`);
    report(
      `ids lost where code was resumed: ${resumed}; wrong ids: ${wrongLines} of ${lines} log lines, ${wrongAnswers} of ${requests} answers`,
    );
    expect({ broken, spans: found.length, resumed, wrongLines, wrongAnswers }).toEqual({
      ...{ broken: 0, spans, resumed: 0, wrongLines: 0, wrongAnswers: 0 },
    });
    expect(lines).toBe(requests * 3 + again);
  },
  { timeoutMs: 170_000 },
);
