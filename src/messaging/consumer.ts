import { KeelsonError, type Clock, type Logger, type Timer, type Tracing, type WorkSpan } from '../core';
import { type Answer, type Outcome } from './consume';
import { Handling, type HandlingHost } from './handling';
import { Intake } from './intake';
import { type SourceMetrics } from './source-metrics';
import { errorTypeOf, type Again, type Settle, type Settled } from './settle';
import { type Consumption, type Delivery, type Source, type Transport } from './transport';

/** What a consumer is made from. */
export interface ConsumerParts {
  readonly source: Source;
  readonly transport: Transport;
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly tracing: Tracing;
  readonly metrics: SourceMetrics;
  readonly handle: (handling: Handling) => Answer;
  readonly settle: Settle;
}

/** A consumer as /health shows it. */
export interface ConsumerView {
  readonly name: string;
  readonly group?: string;
  readonly state: 'paused' | Consumption['state'];
  readonly running: number;
  readonly error?: string;
}

/** A delivery and the attempt it is at: repetitions in place count on. */
interface Item {
  readonly delivery: Delivery;
  readonly attempt: number;
}

/** Takes the messages of one source while it is open, and has each handled and settled. */
export class Consumer implements HandlingHost {
  readonly clock: Clock;
  readonly log: Logger;
  readonly timeoutMs: number;
  readonly source: Source;
  readonly #parts: ConsumerParts;
  readonly #group: string;
  readonly #spanName: string;
  readonly #running = new Set<Handling>();
  /** Those that wait to be handled again in place. */
  readonly #resting = new Set<Timer>();
  #intake: Intake<Item>;
  #consumption: Consumption | undefined;
  #wanted = false;
  #retired = false;
  /** Open and not about to close: what is taken may begin. */
  #taking = false;
  #pumping = false;
  #turning: Promise<void> | undefined;
  #idle: (() => void) | undefined;

  constructor(parts: ConsumerParts) {
    const { source } = parts;
    this.#parts = parts;
    this.clock = parts.clock;
    this.timeoutMs = parts.timeoutMs;
    this.source = source;
    this.#group = source.kind === 'event' ? source.group : '';
    this.#spanName = `process ${source.name}`;
    this.log = parts.log;
    this.#intake = this.#newIntake();
  }

  /** Begins to take. */
  open(): void {
    if (this.#retired) return;
    this.#wanted = true;
    // At once, where nothing is under way: who opens and then publishes is to find a subscriber.
    if (this.#turning === undefined && !this.#settled()) this.#begin();
    void this.#turn();
  }

  /** Takes no more, lets what runs end, and gives the rest back. Resolves when that is done. */
  close(): Promise<void> {
    this.#wanted = false;
    return this.#turn();
  }

  /** Closes it for good: `open` does nothing any more. */
  retire(): Promise<void> {
    this.#retired = true;
    return this.close();
  }

  /** Tells the handlers that run to stop. @returns how many there were */
  cut(): number {
    const reason = new KeelsonError('STOPPED', 'The service stopped before the message was handled.', {
      retryable: true,
    });
    for (const handling of this.#running) handling.abort(reason);
    return this.#running.size;
  }

  view(): ConsumerView {
    const { source } = this.#parts;
    const error = this.#consumption?.error?.message;
    return {
      name: source.name,
      ...(source.kind === 'event' ? { group: source.group } : {}),
      state: this.#consumption?.state ?? 'paused',
      running: this.#running.size,
      ...(error === undefined ? {} : { error }),
    };
  }

  #newIntake(): Intake<Item> {
    const { source, concurrency } = this.#parts;
    const ordered = source.kind === 'event' && source.ordered;
    return new Intake(concurrency, ordered ? ({ delivery }) => delivery.envelope.key ?? '' : undefined);
  }

  /** One turn at a time: what is wanted may change while the last turn is not over. Never rejects. */
  #turn(): Promise<void> {
    return (this.#turning ??= this.#follow());
  }

  async #follow(): Promise<void> {
    // Not before it is known that this turn is under way: a transport may deliver at once, and a handler may close its consumer.
    await Promise.resolve();
    while (!this.#settled()) {
      if (this.#consumption !== undefined) await this.#giveUp(this.#consumption);
      else this.#begin();
    }
    this.#turning = undefined;
  }

  #settled(): boolean {
    return this.#wanted === (this.#consumption !== undefined);
  }

  #begin(): void {
    this.#intake = this.#newIntake();
    this.#taking = true;
    const { transport, source } = this.#parts;
    try {
      this.#consumption = transport.consume(source, (delivery) => this.#take(delivery));
    } catch (err) {
      this.#wanted = false;
      this.log.error('messages cannot be taken', { err });
    }
  }

  async #giveUp(consumption: Consumption): Promise<void> {
    this.#taking = false;
    this.#intake.clear();
    for (const timer of this.#resting) timer.cancel();
    this.#resting.clear();
    await this.#tried(consumption.pause());
    this.#intake.clear();
    if (this.#running.size > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
    await this.#tried(consumption.close());
    this.#consumption = undefined;
  }

  /** A transport that fails here holds up neither the end of the service nor the next turn. */
  async #tried(step: Promise<void>): Promise<void> {
    try {
      await step;
    } catch (err) {
      this.log.warn('a consumer could not be closed properly', { err });
    }
  }

  #take(delivery: Delivery): void {
    const { metrics } = this.#parts;
    metrics.consumed.inc();
    if ((delivery.redeliveries ?? 0) > 0) metrics.redelivered.inc();
    this.#intake.add({ delivery, attempt: delivery.envelope.attempt });
    this.#pump();
  }

  /** One that ends at once lets the next begin from here, not from within itself. */
  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    while (this.#taking) {
      const item = this.#intake.next();
      if (item === undefined) break;
      this.#handle(item);
    }
    this.#pumping = false;
  }

  /** The handler and all it starts belong to the message, and so does what is logged of it: its trace, its deadline, its ids. */
  #handle(item: Item): void {
    // The broker has taken it back, and will give it to somebody again.
    if (item.delivery.lost) return this.#intake.ended(item);
    const handling = new Handling(this, item.delivery, item.attempt, this.#beginSpan(item));
    this.#running.add(handling);
    if (item.attempt === 1) this.#observeLatency(item.delivery);
    this.#parts.tracing.enter(handling, handling.span, this.#inScope, handling, item);
  }

  readonly #inScope = (handling: Handling, item: Item): void => void this.#process(handling, item);

  #process(handling: Handling, item: Item): void {
    const outcome = this.#parts.handle(handling);
    if (outcome instanceof Promise) void outcome.then((settled) => this.#handled(handling, item, settled));
    else this.#handled(handling, item, outcome);
  }

  #handled(handling: Handling, item: Item, outcome: Outcome): void {
    handling.end();
    this.#observe(handling, outcome);
    const again = this.#settle(handling, outcome);
    if (again instanceof Promise) void again.then((later) => this.#over(handling, item, later));
    else this.#over(handling, item, again);
  }

  #over(handling: Handling, item: Item, again: Again | undefined): void {
    this.#running.delete(handling);
    this.#ended(item, again);
  }

  /** A transport that throws where it must not costs neither the process nor the place. */
  #settle(handling: Handling, outcome: Outcome): Settled {
    const failed = (err: unknown): undefined => {
      const { id } = handling.delivery.envelope;
      this.log.error('a message could not be settled, and is left to the broker', { id, err });
    };
    try {
      const again = this.#parts.settle(handling, outcome);
      return again instanceof Promise ? again.catch(failed) : again;
    } catch (err) {
      return failed(err);
    }
  }

  #ended(item: Item, again: Again | undefined): void {
    if (again === undefined) this.#intake.ended(item);
    else this.#rest(item, again);
    this.#pump();
    if (this.#running.size > 0) return;
    this.#idle?.();
    this.#idle = undefined;
  }

  /** It keeps its place before the others of its lane, and leaves its place among those that run to others. */
  #rest({ delivery }: Item, { delayMs, attempt }: Again): void {
    const intake = this.#intake;
    intake.paused();
    if (!this.#taking) return;
    const timer = this.#parts.clock.after(delayMs, () => {
      this.#resting.delete(timer);
      intake.again({ delivery, attempt });
      this.#pump();
    });
    this.#resting.add(timer);
  }

  /** Semantic conventions of OpenTelemetry for messaging spans. */
  #beginSpan({ delivery, attempt }: Item): WorkSpan {
    const { tracing, source, transport } = this.#parts;
    const { envelope } = delivery;
    const span = tracing.begin('consumer', this.#spanName, envelope.headers);
    if (!span.recording) return span;
    span.set('messaging.system', transport.kind);
    span.set('messaging.operation.name', 'process');
    span.set('messaging.operation.type', 'process');
    span.set('messaging.destination.name', source.name);
    span.set('messaging.message.id', envelope.id);
    span.set('messaging.message.body.size', envelope.body.length);
    if (this.#group !== '') span.set('messaging.consumer.group.name', this.#group);
    if (attempt > 1) span.set('messaging.message.delivery_attempt', attempt);
    return span;
  }

  #observe({ span, startedAt }: Handling, outcome: Outcome): void {
    const type = errorTypeOf(outcome);
    if (type !== '') span.fail(type, 'error' in outcome ? outcome.error : undefined);
    span.end();
    this.#parts.metrics.processed((this.clock.now() - startedAt) / 1_000, type);
  }

  #observeLatency({ envelope }: Delivery): void {
    const published = Date.parse(envelope.time);
    if (published > 0) this.#parts.metrics.latency.observe(Math.max(0, this.clock.wall() - published) / 1_000);
  }
}
