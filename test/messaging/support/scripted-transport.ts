import {
  type Consumption,
  type DeathNote,
  type Delivery,
  type Envelope,
  type EventLimits,
  type PublishLimits,
  type Reply,
  type Source,
  type Transport,
} from '../../../src/messaging';

/** What a test says of a message that it delivers. */
export interface Given extends Partial<Omit<Envelope, 'body'>> {
  readonly data?: unknown;
  readonly body?: Buffer;
  readonly malformed?: string;
  readonly redeliveries?: number;
}

const noData = Buffer.alloc(0);
let made = 0;

/** An envelope with everything that a test does not say. */
export function envelopeOf({ data, body, malformed: _m, redeliveries: _r, ...given }: Given = {}): Envelope {
  return {
    id: `m${(made += 1)}`,
    type: 'order.placed',
    source: 'shop',
    time: '2023-11-14T22:13:20.000Z',
    key: undefined,
    contentType: 'application/json',
    headers: {},
    attempt: 1,
    deadline: undefined,
    ...given,
    body: body ?? (data === undefined ? noData : Buffer.from(JSON.stringify(data))),
  };
}

/** A message that a test puts into a consumer's hand; keeps what becomes of it. */
export class ScriptedDelivery implements Delivery {
  readonly envelope: Envelope;
  readonly malformed: string | undefined;
  readonly redeliveries: number | undefined;
  readonly acks: number[] = [];
  readonly postponed: { delayMs: number; attempt: number }[] = [];
  readonly buried: DeathNote[] = [];
  readonly replies: Reply[] = [];
  lost = false;
  readonly #log: string[];
  #refusals: Promise<void>[] = [];

  constructor(given: Given, log: string[]) {
    this.envelope = envelopeOf(given);
    this.malformed = given.malformed;
    this.redeliveries = given.redeliveries;
    this.#log = log;
  }

  /** What the broker answers to the next postponements and burials; then it takes them. */
  set refusals(refusals: Promise<void>[]) {
    this.#refusals = refusals;
    for (const refusal of refusals) refusal.catch(() => undefined);
  }

  get acked(): boolean {
    return this.acks.length > 0;
  }

  /** The reply, read. */
  get reply1(): { readonly ok: boolean; readonly value: Readonly<Record<string, unknown>> } {
    const { ok, body } = this.replies[0] as Reply;
    return { ok, value: JSON.parse(String(body)) as Readonly<Record<string, unknown>> };
  }

  ack(): void {
    this.acks.push(this.#log.push(`ack ${this.envelope.id}`));
  }

  postpone(delayMs: number, attempt: number): Promise<void> {
    this.#log.push(`postpone ${this.envelope.id}`);
    this.postponed.push({ delayMs, attempt });
    return this.#refusals.shift() ?? Promise.resolve();
  }

  bury(note: DeathNote): Promise<void> {
    this.#log.push(`bury ${this.envelope.id}`);
    this.buried.push(note);
    return this.#refusals.shift() ?? Promise.resolve();
  }

  reply(reply: Reply): void {
    this.#log.push(`reply ${this.envelope.id}`);
    this.replies.push(reply);
  }
}

/** One `consume` of the transport. */
export class ScriptedConsumption implements Consumption {
  state: Consumption['state'] = 'taking';
  error: Error | undefined;
  readonly ready = Promise.resolve();
  /** Set to make `pause` take its time. */
  pausing: Promise<void> = Promise.resolve();

  constructor(
    readonly source: Source,
    readonly deliver: (delivery: Delivery) => void,
    readonly log: string[],
  ) {}

  async pause(): Promise<void> {
    this.log.push('pause');
    await this.pausing;
  }

  close(): Promise<void> {
    this.log.push('close');
    this.state = 'closed';
    return Promise.resolve();
  }
}

/** A transport that does what a test says, and keeps what it is asked to do. */
export class ScriptedTransport implements Transport {
  readonly kind = 'scripted';
  outstanding = 0;
  state: Transport['state'] = 'connected';
  /** What happened, in its order. */
  readonly log: string[] = [];
  readonly published: { readonly envelope: Envelope; readonly limits: EventLimits }[] = [];
  readonly requested: { readonly envelope: Envelope; readonly limits: PublishLimits }[] = [];
  readonly consumptions: ScriptedConsumption[] = [];
  onPublish: () => Promise<void> = () => Promise.resolve();
  onRequest: (envelope: Envelope) => Promise<Reply> = () => Promise.resolve({ ok: true, body: noData });
  /** Delivered while `consume` has not returned yet. */
  atOnce: Given[] = [];

  start(): Promise<void> {
    this.log.push('start');
    return Promise.resolve();
  }

  publish(envelope: Envelope, limits: EventLimits): Promise<void> {
    this.published.push({ envelope, limits });
    return this.onPublish();
  }

  request(envelope: Envelope, limits: PublishLimits): Promise<Reply> {
    this.requested.push({ envelope, limits });
    return this.onRequest(envelope);
  }

  consume(source: Source, deliver: (delivery: Delivery) => void): Consumption {
    this.log.push('consume');
    const consumption = new ScriptedConsumption(source, deliver, this.log);
    this.consumptions.push(consumption);
    for (const given of this.atOnce.splice(0)) deliver(new ScriptedDelivery(given, this.log));
    return consumption;
  }

  /** The consumption that was begun last. */
  get last(): ScriptedConsumption {
    return this.consumptions.at(-1) as ScriptedConsumption;
  }

  /** Puts a message into the hand of the consumer that was opened last. */
  deliver(given: Given = {}, to = this.last): ScriptedDelivery {
    const delivery = new ScriptedDelivery({ type: to.source.name, ...given }, this.log);
    to.deliver(delivery);
    return delivery;
  }

  details(): Readonly<Record<string, unknown>> {
    return { address: 'nowhere' };
  }

  stop(): Promise<void> {
    this.log.push('stop');
    return Promise.resolve();
  }
}
