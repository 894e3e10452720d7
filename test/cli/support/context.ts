import { type Amqp, type CliContext } from '../../../src/cli/command';
import { type AmqpDeadLetter, type AppliedDeclaration, type DeadLetterBox } from '../../../src/messaging/amqp';
import { eventQueue } from '../../../src/messaging/amqp/names';
import { topologyOf } from '../../../src/messaging/amqp/topology';
import { type Source } from '../../../src/messaging';
import { type Service } from '../../../src/service';
import { FakeClock } from '../../support/fake-clock';

/** What a command is run with, and what came of it. */
export interface TestContext extends CliContext {
  readonly clock: FakeClock;
  readonly told: { out: string; err: string };
  /** Aborts what is interruptible. */
  readonly abort: AbortController;
  /** The options of what was connected, and whether the box was closed. */
  readonly connected: { options?: unknown; closed: boolean };
}

/** A context without a process and without a broker. */
export function testContext(more: {
  readonly box?: Partial<DeadLetterBox>;
  readonly applied?: readonly AppliedDeclaration[];
  readonly service?: Service;
  readonly env?: Record<string, string>;
  readonly ask?: CliContext['ask'];
  readonly prompt?: CliContext['prompt'];
  readonly columns?: number;
  readonly cwd?: string;
}): TestContext {
  const told = { out: '', err: '' };
  const abort = new AbortController();
  const connected: TestContext['connected'] = { closed: false };
  const amqp: Amqp = {
    topologyOf,
    eventQueue,
    applyTopology: (_declarations, options) => {
      connected.options = options;
      return Promise.resolve(more.applied ?? []);
    },
    openDeadLetters: (options) => {
      connected.options = options;
      const close = (): Promise<void> => {
        connected.closed = true;
        return Promise.resolve();
      };
      return Promise.resolve({ ...more.box, close } as DeadLetterBox);
    },
  };
  return {
    told,
    abort,
    connected,
    clock: new FakeClock(Date.parse('2026-01-03T00:00:00.000Z')),
    out: (text) => void (told.out += text),
    err: (text) => void (told.err += text),
    env: more.env ?? { AMQP_URL: 'amqp://here' },
    columns: more.columns,
    ask: more.ask,
    prompt: more.prompt,
    cwd: more.cwd ?? '/nowhere',
    interruptible: (work) => work(abort.signal),
    amqp: () => amqp,
    load: () => (more.service === undefined ? Promise.reject(new Error('no service')) : Promise.resolve(more.service)),
  };
}

/** A service that was made and not started; `sources` undefined: without messaging. */
export function madeService(sources: readonly Source[] | undefined, settings: Record<string, unknown> = {}): Service {
  const all: Record<string, unknown> = { 'messaging.url': [], 'messaging.queueType': 'quorum', ...settings };
  const config = { get: (key: string) => all[key], describe: () => [] };
  return { name: 'billing', config, sources: () => sources } as unknown as Service;
}

/** What a group takes. */
export const orderPlaced: Source = {
  kind: 'event',
  name: 'order.placed',
  group: 'billing',
  prefetch: 1,
  ordered: false,
  delaysMs: [],
};

/** A letter as the part that speaks to RabbitMQ reads it. */
export function letterOf(
  more: Partial<AmqpDeadLetter> = {},
  envelope: Partial<AmqpDeadLetter['envelope']> = {},
): AmqpDeadLetter {
  return {
    envelope: {
      id: 'o-1',
      type: 'order.placed',
      source: 'shop',
      time: '2026-01-01T00:00:00.000Z',
      key: undefined,
      contentType: 'application/json',
      headers: {},
      body: Buffer.from('{"total":7}'),
      attempt: 1,
      deadline: undefined,
      ...envelope,
    },
    reason: 'failed',
    code: 'TAX_UNKNOWN',
    message: 'no tax',
    stack: undefined,
    attempts: 5,
    queue: 'order.placed.billing',
    diedAt: '2026-01-01T00:00:00.000Z',
    ...more,
  };
}
