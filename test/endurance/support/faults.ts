import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../support/eventually';
import { RawClient } from '../../support/raw-http';
import { type Child } from './child';
import { type Endured, sumOf } from './endured';

/** What a steady load has sent and got. */
export interface Tally {
  readonly sent: number;
  readonly failed: number;
  readonly skipped: number;
  /** Connections that the service had closed while they were idle. */
  readonly reopened: number;
  readonly examples: readonly string[];
  readonly slowestMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** What a fault has at hand. */
export interface FaultContext {
  readonly endured: Endured;
  /** How long it lasts, in milliseconds; limits of the service that are to strike are shorter than that. */
  readonly holdMs: number;
  /** Half of what the service can do, in requests per second. */
  readonly perSecond: number;
  readonly seed: number;
  /** A load of sound requests for the fault's own use. */
  readonly burst: Child;
  /** A load of malformed and rude requests, begun. */
  readonly rabble: Child;
}

/** A fault: injected and taken away again. Resolves to a figure; rejects when the service did not do what it should. */
export interface Fault {
  readonly name: string;
  run(context: FaultContext): Promise<string>;
}

/** After a fault it may take so long until all is as before, in milliseconds. */
const recoveryMs = 20_000;
const head = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: endured\r\n`;

/** `first` is sent at once: the service's limit for a head counts from the connect, and a crowd takes its time. */
async function crowd(port: number, size: number, first?: string): Promise<RawClient[]> {
  const clients: RawClient[] = [];
  while (clients.length < size) {
    const batch = Array.from({ length: Math.min(50, size - clients.length) }, () => RawClient.open(port));
    const opened = await Promise.all(batch);
    if (first !== undefined) for (const client of opened) client.send(first);
    clients.push(...opened);
  }
  return clients;
}

async function metric(endured: Endured, name: string): Promise<number> {
  return sumOf((await endured.get('/metrics')).body, name);
}

async function clientsThatAbort({ endured }: FaultContext): Promise<string> {
  const clients = await crowd(endured.port, 300, `${head('/slow?ms=60000')}\r\n`);
  await sleep(200);
  for (const client of clients) client.destroy();
  // All but those of the steady load.
  const calm = async (): Promise<true | undefined> =>
    (await metric(endured, 'http_server_active_requests')) < 100 || undefined;
  await eventually(calm, 'aborted requests have ended', recoveryMs);
  return '300 aborted';
}

async function slowHeads({ endured, holdMs }: FaultContext): Promise<string> {
  const clients = await crowd(endured.port, 200);
  const end = performance.now() + holdMs;
  for (const client of clients) client.send(head('/hello/x'));
  while (performance.now() < end) {
    for (const client of clients) if (!client.socket.destroyed) client.send('a');
    await sleep(250);
  }
  const open = clients.filter(({ socket }) => !socket.destroyed).length;
  const said = clients.filter(({ received }) => received.startsWith('HTTP/1.1 408')).length;
  for (const client of clients) client.destroy();
  if (open > 0) throw new Error(`${open} of 200 are still open`);
  return `200 cut, ${said} with 408`;
}

async function collectorAway({ endured, holdMs }: FaultContext): Promise<string> {
  const before = await metric(endured, 'keelson_trace_spans_dropped_total');
  endured.collector.signal('SIGSTOP');
  await sleep(holdMs);
  endured.collector.signal('SIGCONT');
  const dropped = (await metric(endured, 'keelson_trace_spans_dropped_total')) - before;
  const got = await endured.collector.call<number>('spans');
  const more = async (): Promise<true | undefined> =>
    (await endured.collector.call<number>('spans')) > got + 600 || undefined;
  await eventually(more, 'spans come again', recoveryMs);
  return `${dropped} spans dropped and counted`;
}

async function logReaderPaused({ endured, holdMs }: FaultContext): Promise<string> {
  const before = await metric(endured, 'keelson_log_lines_dropped_total');
  endured.reader.signal('SIGSTOP');
  await sleep(holdMs);
  endured.reader.signal('SIGCONT');
  const { lines } = await endured.told();
  const dropped = (await metric(endured, 'keelson_log_lines_dropped_total')) - before;
  const more = async (): Promise<true | undefined> => (await endured.told()).lines > lines + 500 || undefined;
  await eventually(more, 'lines come again', recoveryMs);
  return `${dropped} lines dropped and counted`;
}

async function burst({ endured, holdMs, perSecond, seed, burst }: FaultContext): Promise<string> {
  await burst.call('begin', { port: endured.port, seed, connections: 256, perSecond: perSecond * 2 });
  await sleep(Math.min(holdMs / 2, 4_000)); // what piles up takes as long again
  const { sent, failed, slowestMs, examples } = await burst.call<Tally>('end');
  if (failed > 0) throw new Error(`${failed} of ${sent} failed: ${examples.join('; ')}`);
  return `${sent} more, the slowest after ${slowestMs.toFixed(0)} ms`;
}

async function blockedLoop({ endured }: FaultContext): Promise<string> {
  const { status } = await endured.get('/block?ms=500');
  if (status !== 200) throw new Error(`/block was answered ${status}`);
  return 'blocked for 500 ms';
}

async function hangingCheck({ endured, holdMs }: FaultContext): Promise<string> {
  await endured.service.call('hang');
  const begun = performance.now();
  let slowest = 0;
  let down = false;
  const end = (): number => begun + holdMs + (down ? 0 : recoveryMs);
  while (performance.now() < end()) {
    const asked = performance.now();
    down = (await endured.get('/health')).status === 503;
    const { status } = await endured.get('/readyz');
    slowest = Math.max(slowest, performance.now() - asked);
    if (status !== 200) throw new Error(`/readyz was answered ${status}`);
    await sleep(100);
  }
  await endured.service.call('letGo');
  if (!down) throw new Error('/health did not find out');
  await eventually(
    async () => (await endured.get('/health')).status === 200 || undefined,
    '/health is well again',
    recoveryMs,
  );
  return `/health and /readyz together within ${slowest.toFixed(0)} ms`;
}

async function rabble({ holdMs, rabble }: FaultContext): Promise<string> {
  const tally = await rabble.call<{ sent: number; wrong: number; examples: string[] }>('run', {
    ms: holdMs,
    mix: ['malformed', 'rude'],
  });
  if (tally.wrong > 0) throw new Error(`answered wrongly: ${tally.examples.join('; ')}`);
  return `${tally.sent} so far`;
}

async function idleConnections({ endured, holdMs }: FaultContext): Promise<string> {
  const clients = await crowd(endured.port, 1_000, `${head('/hello/x')}\r\n`);
  const good = (): number =>
    clients.filter(({ socket, received }) => !socket.destroyed && received.startsWith('HTTP/1.1 200')).length;
  await eventually(() => good() === 1_000 || undefined, 'a thousand answers', recoveryMs);
  await sleep(holdMs);
  const kept = good();
  for (const client of clients) client.destroy();
  if (kept < 1_000) throw new Error(`only ${kept} of 1000 were kept`);
  return '1000 answered once and kept';
}

async function scrapeStorm({ endured }: FaultContext): Promise<string> {
  let scrapes = 0;
  const scraper = async (): Promise<void> => {
    for (let i = 0; i < 10; i++) {
      const { status } = await endured.get('/metrics');
      if (status !== 200) throw new Error(`/metrics was answered ${status}`);
      scrapes += 1;
    }
  };
  await Promise.all(Array.from({ length: 50 }, scraper));
  return `${scrapes} scrapes`;
}

async function debugLevel({ endured, holdMs }: FaultContext): Promise<string> {
  const effective = async (): Promise<string> =>
    (JSON.parse((await endured.level('work')).body) as { effectiveLevel: string }).effectiveLevel;
  const { status } = await endured.setLevel('root', 'debug', holdMs);
  if (status !== 204) throw new Error(`/loggers/root was answered ${status}`);
  if ((await effective()) !== 'debug') throw new Error('the level was not set');
  await sleep(holdMs);
  await eventually(async () => (await effective()) === 'info' || undefined, 'the level is as before', recoveryMs);
  return 'debug, then info again';
}

async function clientsThatDoNotRead({ endured, holdMs }: FaultContext): Promise<string> {
  const clients = await crowd(endured.port, 50);
  for (const client of clients) {
    client.socket.pause();
    client.send(`${head('/stream?chunks=20000')}\r\n`);
  }
  await sleep(holdMs);
  for (const client of clients) client.destroy();
  return '50 answers of 20 MB left unread';
}

/** In the order in which they take turns. */
export const faults: readonly Fault[] = [
  { name: 'clients that abort', run: clientsThatAbort },
  { name: 'slow heads', run: slowHeads },
  { name: 'collector away', run: collectorAway },
  { name: 'log reader paused', run: logReaderPaused },
  { name: 'three times the load', run: burst },
  { name: 'blocked event loop', run: blockedLoop },
  { name: 'hanging health check', run: hangingCheck },
  { name: 'malformed and rude requests', run: rabble },
  { name: 'idle connections', run: idleConnections },
  { name: 'scrape storm', run: scrapeStorm },
  { name: 'debug level', run: debugLevel },
  { name: 'clients that do not read', run: clientsThatDoNotRead },
];
