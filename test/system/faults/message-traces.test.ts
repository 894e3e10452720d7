import { join } from 'node:path';
import { attributesOf, checkOtlp, type OtlpSpan } from '../../tracing/support/check-otlp';
import { ask } from '../../support/ask';
import { eventually } from '../../support/eventually';
import { endPrograms, runProgram, type Program } from '../../support/program';
import { answering, type BadCollector } from './support/bad-collector';
import { fault } from './support/fault';
import { MessagingStand, withBroker } from './support/messaging-stand';

const stand = new MessagingStand();
afterAll(async () => {
  endPrograms();
  await stand.end();
});

const count = 10_000;
/** Whose span the parent of each must be. */
const parents: Readonly<Record<string, string>> = {
  'publish chain.one': 'begin',
  'process chain.one': 'publish chain.one',
  'publish chain.two': 'process chain.one',
  'process chain.two': 'publish chain.two',
};

interface Hop {
  readonly program: Program;
  readonly port: number;
}

async function startHop(collector: BadCollector, service: string, events: Record<string, string>): Promise<Hop> {
  const program = runProgram([join(__dirname, 'fixtures/message-hop.cjs')], {
    ...events,
    SERVICE: service,
    AMQP_URL: (await stand.rabbit()).url,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_BSP_SCHEDULE_DELAY: '200',
    OTEL_BSP_MAX_QUEUE_SIZE: '200000',
    SHUTDOWN_DRAIN_DELAY_MS: '0',
    HTTP_TIMEOUT_MS: '120000',
    // Twenty thousand lines at once: none is to be dropped because this process reads them slowly.
    LOG_MAX_BUFFERED: '64MB',
  });
  return { program, port: await program.ready() };
}

/** Spans of messages that have another parent than they must have, or are in another trace than it. */
function brokenLinks(spans: readonly OtlpSpan[]): number {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const broken = spans.filter((span) => {
    const expected = parents[span.name];
    if (expected === undefined) return false;
    const parent = byId.get(span['parentSpanId'] as string);
    return parent?.name !== expected || parent.traceId !== span.traceId;
  });
  return broken.length;
}

async function collected(collector: BadCollector, wanted: number): Promise<OtlpSpan[]> {
  const spans: OtlpSpan[] = [];
  const all = (): true | undefined => {
    for (const body of collector.bodies.splice(0))
      spans.push(...checkOtlp(body).spans.filter(({ name }) => name === 'begin' || name in parents));
    return spans.length >= wanted || undefined;
  };
  await eventually(all, `${wanted} spans`, 60_000);
  return spans;
}

fault(
  46,
  'ten thousand events that make a service publish another, over a real broker, every third refused once',
  'one trace each',
  async (report) => {
    const collector = await answering((res) => res.end('{}'))();
    const third = await startHop(collector, 'third', { TAKES: 'chain.two' });
    const second = await startHop(collector, 'second', { TAKES: 'chain.one', GIVES: 'chain.two' });
    const first = await startHop(collector, 'first', { GIVES: 'chain.one' });
    for (const queue of ['chain.one.second', 'chain.two.third'])
      await eventually(async () => (await stand.lyingIn(queue)) ?? undefined, 'the queue');
    expect((await ask(first.port, `/begin/${count}`, { method: 'POST' })).status).toBe(200);

    const again = Math.floor(count / 3);
    const wanted = count * 5 + again;
    const spans = await collected(collector, wanted);
    const broken = brokenLinks(spans);
    const begun = new Map(
      spans
        .filter(({ name }) => name === 'begin')
        .map((span) => [
          Number((attributesOf(span['attributes'])['n'] as { intValue: string }).intValue),
          span.traceId,
        ]),
    );
    let [lost, lines, wrong] = [0, 0, 0];
    for (const { program, port } of [second, third, first]) {
      lost += Number((await ask(port, '/broken')).body);
      program.kill('SIGTERM');
      expect((await program.ended).code).toBe(0);
      for (const line of program.lines.filter(({ message }) => message === 'passed')) {
        lines += 1;
        if (line['traceId'] !== begun.get(line['n'] as number)) wrong += 1;
      }
    }
    await collector.close();
    report(`over messages: ${broken} broken links in ${spans.length} spans of ${count} chains, limit 0`);
    report(`wrong ids in ${wrong} of ${lines} log lines; ids lost where a handler went on: ${lost}`);
    expect({ broken, wrong, lost, lines, spans: spans.length }).toEqual({
      ...{ broken: 0, wrong: 0, lost: 0, lines: 2 * count, spans: wanted },
    });
  },
  { ...withBroker, timeoutMs: 170_000 },
);
