import { createMessaging, type DedupeStore, type OwnedMessaging } from '../../../../src/messaging';
import { amqpTransport, type AmqpOptions } from '../../../../src/messaging/amqp';
import { eventually } from '../../../support/eventually';
import { Stand } from '../../messaging/support/stand';
import { rabbitPrograms } from '../../support/rabbitmq';

/** Of the test of a fault that needs the broker. */
export const withBroker = { needs: rabbitPrograms, timeoutMs: 120_000 };

/** How messaging is made. */
export interface Made {
  /** @default 'billing' */
  readonly source?: string;
  readonly dedupe?: DedupeStore;
  /** @default 100 */
  readonly prefetch?: number;
  readonly amqp?: Partial<AmqpOptions>;
}

/** A real broker for one file of tests, and messaging over it. */
export class MessagingStand extends Stand {
  readonly #made = new Set<OwnedMessaging>();

  /** Started; takes nothing yet. */
  async make({ source = 'billing', dedupe, prefetch = 100, amqp = {} }: Made = {}): Promise<OwnedMessaging> {
    const messaging = createMessaging({
      source,
      transport: amqpTransport({ url: (await this.rabbit()).url, ...amqp }),
      ...(dedupe === undefined ? {} : { dedupe }),
      limits: { prefetch },
    });
    this.#made.add(messaging);
    await messaging.start();
    return messaging;
  }

  /** Opens it; resolves when it takes all that was subscribed. */
  async open(messaging: OwnedMessaging): Promise<void> {
    messaging.open();
    await eventually(() => consumersOf(messaging).every(({ state }) => state === 'taking') || undefined, 'it takes');
  }

  /** For afterEach. */
  async clear(): Promise<void> {
    for (const messaging of this.#made) {
      await messaging.finish(AbortSignal.timeout(2_000));
      await messaging.stop(AbortSignal.timeout(2_000));
    }
    this.#made.clear();
  }

  /** What the broker itself says lies in a queue, ready and unacked; undefined: there is no such queue. */
  async lyingIn(queue: string): Promise<number | undefined> {
    const { ctl } = await this.rabbit();
    const lines = (await ctl('list_queues', '--no-table-headers', 'name', 'messages')).split('\n');
    const count = lines.map((line) => line.split('\t')).find(([name]) => name === queue)?.[1];
    return count === undefined ? undefined : Number(count);
  }
}

/** As /health shows them. */
export function consumersOf(messaging: OwnedMessaging): { state: string; error?: string }[] {
  return messaging.details()['consumers'] as { state: string; error?: string }[];
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
