import { setTimeout as sleep } from 'node:timers/promises';
import { type RabbitMq } from '../../system/support/rabbitmq';
import { Endured, unexpected, type Told } from './endured';
import { mb, publish } from './report';

/** How long it is, and how hard. */
export interface MessagingSoakOptions {
  readonly minutes: number;
  /** Parts of the time, of equal length; after each the load stops and the heap is measured. */
  readonly parts: number;
  /** Those in whose middle the broker is restarted: killed with -9 in every other, else stopped and started. */
  readonly restartIn: (part: number) => boolean;
  readonly perSecond: number;
}

interface Tally {
  readonly published: number;
  readonly confirmed: number;
  readonly rejected: Readonly<Record<string, number>>;
  readonly lost: number;
  readonly twice: number;
  readonly commands: { readonly right: number; readonly wrong: number; readonly failed: Record<string, number> };
}

/** What it has found. */
export interface MessagingSoaked {
  readonly tally: Tally;
  readonly restarts: number;
  /** Bytes of heap in use after garbage collections: after each part. */
  readonly heaps: readonly number[];
  readonly resourcesBefore: Readonly<Record<string, number>>;
  readonly resourcesAfter: Readonly<Record<string, number>>;
  readonly unexpected: readonly string[];
  readonly told: Told;
  readonly stderr: string;
  readonly exit: number | NodeJS.Signals;
}

/** What a service says when its broker goes away, and of events that fail at first, as they do here on purpose. */
const onPurpose = [
  /^No connection to the broker$/,
  /^Taking from a queue was interrupted$/,
  /^a message failed and will be handled again$/,
  /^a message failed, and the broker has taken it back/,
  /^a message could not be put into the delay queue and is kept/,
];

/** A service that publishes and takes events all the time, while its broker is restarted now and then. */
export async function messagingSoak(
  name: string,
  rabbit: RabbitMq,
  { minutes, parts, restartIn, perSecond }: MessagingSoakOptions,
): Promise<MessagingSoaked> {
  const env = {
    AMQP_URL: rabbit.url,
    MESSAGING_PUBLISH_TIMEOUT_MS: '150000', // a broker's boot takes 20 s, and more on a busy machine
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.1',
  };
  const endured = await Endured.start(env, [], 'messaging-service.cjs');
  const { service } = endured;
  await service.call('run', { ms: 2_000, perSecond });
  await sleep(2_000);
  const resourcesBefore = await service.call<Record<string, number>>('resources');
  const memories: NodeJS.MemoryUsage[] = [];
  const ms = (minutes * 60_000) / parts;
  let restarts = 0;
  for (let part = 0; part < parts; part++) {
    const running = service.call('run', { ms, perSecond });
    if (restartIn(part)) {
      await sleep(ms / 2);
      await restart(rabbit, (restarts += 1));
    }
    await running;
    await sleep(2_000);
    memories.push(await service.call<NodeJS.MemoryUsage>('collected'));
  }
  const resourcesAfter = await service.call<Record<string, number>>('resources');
  const tally = await service.call<Tally>('tally');
  const { exit, told } = await endured.stop();
  const heaps = memories.map(({ heapUsed }) => heapUsed);
  const { stderr } = service;
  const soaked = { tally, restarts, heaps, resourcesBefore, resourcesAfter, told, stderr, exit };
  const found = { ...soaked, unexpected: unexpected(told, onPurpose) };
  publish(name, figuresOf(found, minutes), { minutes, memories, tally });
  return found;
}

async function restart(rabbit: RabbitMq, count: number): Promise<void> {
  if (count % 2 === 1) {
    await rabbit.kill();
    await rabbit.boot();
  } else {
    await rabbit.stopApp();
    await rabbit.startApp();
  }
}

function figuresOf({ tally, restarts, heaps, told, exit, ...more }: MessagingSoaked, minutes: number): string[] {
  const { published, confirmed, rejected, lost, twice, commands } = tally;
  const { right, wrong, failed } = commands;
  return [
    `${published} events published in ${minutes} min with ${restarts} restarts of the broker: ${confirmed} confirmed, ${lost} of them lost, ${twice} handled twice, rejected: ${JSON.stringify(rejected)}`,
    `${right} commands answered, ${wrong} wrongly; failed at restarts: ${JSON.stringify(failed)}`,
    `heap after garbage collection: ${heaps.map(mb).join(', ')}; handles ${JSON.stringify(more.resourcesAfter)}`,
    `${told.lines} log lines, ${told.broken} of them broken; ${more.unexpected.length} unexpected messages; exit code ${exit}`,
    ...more.unexpected,
  ];
}
