import { type ChannelModel } from 'amqplib';
import { KeelsonError, within, type Timer } from '../../core';
import { type Address } from './address';
import { backoffMs } from './backoff';
import { openLine, type Line } from './line';
import { type ResolvedOptions } from './options';
import { watchSilence } from './silence';

/** What a connection is for: what it tells. All are called synchronously, and must not throw. */
export interface ConnectionEvents {
  /** It stands. `again`: it did before. */
  up(model: ChannelModel, again: boolean): void;
  /** It stands no more: what was on its way is lost, and its channels with it. */
  down(error: Error): void;
  /** The broker wants nothing published (true), or takes again. */
  blocked(on: boolean): void;
}

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'connecting'; readonly abort: AbortController }
  | { readonly kind: 'connected'; readonly line: Line; readonly silence: Timer; readonly since: number }
  | { readonly kind: 'blocked'; readonly line: Line; readonly silence: Timer; readonly since: number }
  | { readonly kind: 'waiting'; readonly timer: Timer; readonly refused: boolean }
  | { readonly kind: 'stopped' };

/** A connection that stood so long was a good one: the next attempt comes soon. */
const goodMs = 5_000;
const closeMs = 1_000;
const refusals = /ACCESS_REFUSED|NOT_ALLOWED|SASL mechanism|Handshake terminated|refused the virtual host/;

/** Holds one connection to the first broker that answers, and makes a new one whenever it is lost. */
export class Connection {
  readonly #name: string;
  readonly #options: ResolvedOptions;
  readonly #events: ConnectionEvents;
  #state: State = { kind: 'idle' };
  #failures = 0;
  #turn = 0;
  #stood = false;
  #lastError: Error | undefined;

  constructor(name: string, options: ResolvedOptions, events: ConnectionEvents) {
    this.#name = name;
    this.#options = options;
    this.#events = events;
  }

  get state(): State['kind'] {
    return this.#state.kind;
  }

  /** Of the broker that is connected, or tried next. */
  get address(): string {
    return this.#address.shown;
  }

  /** Why it was lost or does not come about; undefined while it stands. */
  get lastError(): Error | undefined {
    return this.#lastError;
  }

  /** Begins. Does nothing when it has begun. */
  start(): void {
    if (this.#state.kind === 'idle') void this.#connect();
  }

  /** A broker is there, as another connection shows: waits no longer for the next attempt, unless it refuses this one. */
  hasten(): void {
    const state = this.#state;
    if (state.kind !== 'waiting' || state.refused) return;
    state.timer.cancel();
    void this.#connect();
  }

  /** Closes it, within a second even if the broker is dead. Idempotent. */
  async stop(): Promise<void> {
    const state = this.#state;
    this.#state = { kind: 'stopped' };
    switch (state.kind) {
      case 'idle':
      case 'stopped':
        return;
      case 'connecting':
        return state.abort.abort();
      case 'waiting':
        return state.timer.cancel();
      case 'connected':
      case 'blocked':
        state.silence.cancel();
        await this.#close(state.line);
        return;
      default:
        return state satisfies never;
    }
  }

  get #address(): Address {
    const { addresses } = this.#options;
    return addresses[this.#turn % addresses.length] as Address;
  }

  async #connect(): Promise<void> {
    const abort = new AbortController();
    this.#state = { kind: 'connecting', abort };
    try {
      const line = await openLine(this.#address, this.#name, this.#options, abort.signal);
      // The comparison is by state, as it may have been stopped meanwhile.
      if (abort.signal.aborted) line.cut();
      else this.#stands(line);
    } catch (error) {
      if (!abort.signal.aborted) this.#failed(error as Error);
    }
  }

  #stands(line: Line): void {
    const { clock, heartbeatMs, log } = this.#options;
    // amqplib tells of an end by error, by close or by both: the first counts.
    const gone = (error?: Error): void => this.#lost(line, error ?? new Error('The broker closed the connection'));
    line.model.on('error', gone);
    line.model.on('close', gone);
    line.model.on('blocked', (reason: string) => this.#block(line, reason));
    line.model.on('unblocked', () => this.#unblock(line));
    const silence = watchSilence(
      clock,
      heartbeatMs,
      () => line.received(),
      () => gone(new Error(`The broker said nothing for ${2 * heartbeatMs} ms`)),
    );
    this.#state = { kind: 'connected', line, silence, since: clock.now() };
    this.#lastError = undefined;
    log.info('Connected to the broker', { address: this.#address.shown, connection: this.#name });
    const again = this.#stood;
    this.#stood = true;
    this.#events.up(line.model, again);
  }

  #block(line: Line, reason: string): void {
    const state = this.#state;
    if (state.kind !== 'connected' || state.line !== line) return;
    this.#state = { ...state, kind: 'blocked' };
    this.#options.log.warn('The broker takes no messages for now', { address: this.#address.shown, reason });
    this.#events.blocked(true);
  }

  #unblock(line: Line): void {
    const state = this.#state;
    if (state.kind !== 'blocked' || state.line !== line) return;
    this.#state = { ...state, kind: 'connected' };
    this.#options.log.info('The broker takes messages again', { address: this.#address.shown });
    this.#events.blocked(false);
  }

  #lost(line: Line, error: Error): void {
    const state = this.#state;
    if ((state.kind !== 'connected' && state.kind !== 'blocked') || state.line !== line) return;
    state.silence.cancel();
    if (this.#options.clock.now() - state.since >= goodMs) this.#failures = 0;
    this.#failed(error);
    this.#events.down(error);
    line.cut();
  }

  #failed(error: Error): void {
    const { clock, log, random, addresses } = this.#options;
    // Once per change: a broker that is away for a night is one line.
    if (this.#lastError?.message !== error.message)
      log.warn('No connection to the broker', { address: this.#address.shown, connection: this.#name, err: error });
    this.#lastError = error;
    this.#failures += 1;
    if (addresses.length > 1) this.#turn += 1;
    const refused = refusals.test(error.message);
    const ms = backoffMs(this.#failures, refused, random());
    this.#state = { kind: 'waiting', refused, timer: clock.after(ms, () => void this.#connect()) };
  }

  async #close(line: Line): Promise<void> {
    const late = (): Error => new KeelsonError('TIMEOUT', 'The broker did not close in time.', { retryable: false });
    await within(this.#options.clock, closeMs, line.model.close(), late).catch(() => undefined);
    line.cut();
  }
}
