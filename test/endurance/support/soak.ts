import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../support/eventually';
import { Child } from './child';
import { Endured, unexpected, type Told } from './endured';
import { mb, publish } from './report';

/** How long a soak is, and what it may cost. */
export interface SoakOptions {
  readonly minutes: number;
  /** Parts of the time, of equal length; after each the load stops and the heap is measured. The first 20 % of them warm up. */
  readonly parts: number;
  readonly seed: number;
}

/** What the load has sent and got. */
interface Tally {
  readonly sent: number;
  readonly wrong: number;
  readonly examples: readonly string[];
  readonly kinds: Readonly<Record<string, number>>;
  readonly slowestMs: number;
}

/** What a soak has found. */
export interface Soaked {
  readonly tally: Tally;
  /** Bytes of heap in use after garbage collections: after each part. */
  readonly heaps: readonly number[];
  readonly heapAfterWarmUp: number;
  readonly heapAtEnd: number;
  /** What keeps the event loop of the service alive: with the load away, before and after. */
  readonly resourcesBefore: Readonly<Record<string, number>>;
  readonly resourcesAfter: Readonly<Record<string, number>>;
  readonly unexpected: readonly string[];
  readonly told: Told;
  readonly stderr: string;
  readonly exit: number | NodeJS.Signals;
}

const connections = 48;
const scrapeMs = 2_000;
/** What the routes of the service do on purpose. */
const onPurpose = [/^request failed$/, /^background work failed$/];

/**
 * A service with everything on under a random mix of sound, malformed and rude requests, at full speed, while its metrics are scraped and
 * its health is asked for.
 */
export async function soak(name: string, { minutes, parts, seed }: SoakOptions): Promise<Soaked> {
  const endured = await Endured.start({ OTEL_BSP_SCHEDULE_DELAY: '1000' });
  const load = await Child.start('mixed-load.cjs');
  await load.call('begin', { port: endured.port, seed, connections });
  process.stdout.write(`${name}: seed ${seed}; SEED=${seed} repeats it\n`);

  // What is opened once and kept, like the connection to the collector, is there before anything is compared.
  await load.call('run', { ms: 1_000 });
  await settled(endured);
  const resourcesBefore = await endured.service.call<Record<string, number>>('resources');

  const memories: NodeJS.MemoryUsage[] = [];
  let tally: Tally | undefined;
  for (let part = 0; part < parts; part++) {
    const scraping = scrape(endured);
    tally = await load.call<Tally>('run', { ms: (minutes * 60_000) / parts });
    await scraping.stop();
    await settled(endured);
    memories.push(await endured.service.call<NodeJS.MemoryUsage>('collected'));
  }
  const resourcesAfter = await endured.service.call<Record<string, number>>('resources');
  const spans = await endured.collector.call<number>('spans');
  load.signal('SIGKILL');
  const { exit, told } = await endured.stop();

  const warmUp = Math.ceil(parts / 5) - 1;
  const heaps = memories.map(({ heapUsed }) => heapUsed);
  const soaked = {
    tally: tally as Tally,
    heaps,
    heapAfterWarmUp: heaps[warmUp] as number,
    heapAtEnd: heaps[parts - 1] as number,
    resourcesBefore,
    resourcesAfter,
    unexpected: unexpected(told, onPurpose),
    told,
    stderr: endured.service.stderr,
    exit,
  };
  publish(name, figuresOf(soaked, minutes, spans), { minutes, seed, memories, kinds: soaked.tally.kinds });
  return soaked;
}

/** Waits until nobody is connected any more but by what is kept, and the spans are out. */
async function settled(endured: Endured): Promise<void> {
  await eventually(
    async () => {
      const { body } = await endured.get('/metrics');
      return /^http_server_active_requests(\{[^}]*\})? 0$/m.test(body) || undefined;
    },
    'no request in flight',
    40_000,
  );
  await sleep(2_500); // two exports, and the second for which bytes of refused requests are still read
}

/** What Prometheus and an orchestrator do beside the load. */
function scrape(endured: Endured): { stop(): Promise<void> } {
  const over = new AbortController();
  const running = (async () => {
    for (let round = 0; !over.signal.aborted; round++) {
      const accept = round % 2 === 0 ? 'text/plain' : 'application/openmetrics-text; version=1.0.0';
      for (const path of ['/metrics', '/health', '/readyz', '/livez']) {
        const { status } = await endured.get(path, { accept });
        if (status !== 200) throw new Error(`${path} was answered ${status}`);
      }
      await sleep(scrapeMs, undefined, { signal: over.signal }).catch(() => undefined);
    }
  })();
  running.catch(() => undefined); // stop() says it
  return {
    stop: () => {
      over.abort();
      return running;
    },
  };
}

function figuresOf(soaked: Soaked, minutes: number, spans: number): string[] {
  const { tally, heaps, heapAfterWarmUp, heapAtEnd, told } = soaked;
  const change = ((heapAtEnd / heapAfterWarmUp - 1) * 100).toFixed(1);
  const lines = [
    `${tally.sent} requests of ${Object.keys(tally.kinds).length} kinds in ${minutes} min, ${tally.wrong} answered wrongly, the slowest after ${tally.slowestMs.toFixed(0)} ms`,
    `heap after garbage collection ${mb(heapAfterWarmUp)} after the warm-up, ${mb(heapAtEnd)} at the end (${change} %); all of them: ${heaps.map(mb).join(', ')}`,
    `${told.lines} log lines, ${told.broken} of them broken; ${spans} spans exported; ${soaked.unexpected.length} unexpected messages; exit code ${soaked.exit}`,
  ];
  return [...lines, ...tally.examples.map((example) => `wrong: ${example}`), ...soaked.unexpected];
}
