import { type Clock, isKeelsonError, type Logger, type Timer } from '../../core';
import { type Instance, type InstanceStatus } from '../contract';
import { type InstanceInfo } from './instance-info';
import { paceMs } from './pace';

/** The operations that a lease needs. */
export interface LeaseClient {
  announce(info: InstanceInfo, signal: AbortSignal): Promise<void>;
  beat(info: InstanceInfo, signal: AbortSignal): Promise<boolean>;
  tellStatus(info: InstanceInfo, signal: AbortSignal): Promise<boolean>;
  forget(info: InstanceInfo, signal: AbortSignal): Promise<boolean>;
}

/** What {@link Lease} is made from. */
export interface LeaseOptions {
  readonly client: LeaseClient;
  readonly intervalMs: number;
  readonly clock: Clock;
  /** 0 to below 1. */
  readonly random: () => number;
  readonly log: Logger;
  /** Describes the instance; `dirtyAt` is when it was last changed. */
  readonly describe: (instance: Instance, status: InstanceStatus, dirtyAt: number) => InstanceInfo;
  /** Called when the registry says that it does not know the instance, which it had confirmed. */
  readonly forgotten: () => void;
}

interface Wanted {
  readonly instance: Instance;
  readonly status: InstanceStatus;
}

/**
 * Makes the registry know what is wanted, and keeps it so. One operation at a time, so that a heartbeat, a change of status and a registration never
 * overtake each other; what failed is tried again, sooner at first.
 */
export class Lease {
  readonly #options: LeaseOptions;
  #wanted: Wanted | undefined;
  /** What the registry was last told, or may have been told by a request that failed. */
  #told: InstanceInfo | undefined;
  /** The registry knows the instance. */
  #confirmed = false;
  /** Whether the registry has the status in `#told` is not known: the answer to a change was lost. */
  #unsure = false;
  /** The one whose leftovers were removed. */
  #cleared: string | undefined;
  #lastDirtyAt = 0;
  #begun = false;
  #work: Promise<void> | undefined;
  #ending: Promise<void> | undefined;
  #timer: Timer | undefined;
  #beatDue = false;
  #failures = 0;
  #lastError: unknown;
  #cut = new AbortController();
  readonly #waiters = new Set<() => void>();

  constructor(options: LeaseOptions) {
    this.#options = options;
  }

  /** Whom the registry is to know. */
  get instance(): Instance | undefined {
    return this.#wanted?.instance;
  }

  /** For /health. */
  details(): Record<string, unknown> {
    if (this.#wanted === undefined) return { registered: false };
    const { instance, status } = this.#wanted;
    const failed = this.#lastError instanceof Error ? { lastError: this.#lastError.message } : {};
    return { registered: this.#settled(), instanceId: instance.id, status, ...failed };
  }

  /** From now on requests are sent. */
  begin(): void {
    this.#begun = true;
    this.#go();
  }

  /** Wants this to be known. */
  want(instance: Instance, status: InstanceStatus): void {
    if (this.#wanted !== undefined && this.#wanted.instance !== instance) this.#confirmed = false;
    this.#wanted = { instance, status };
    this.#go();
  }

  /** Wants another status. Nothing without an instance. */
  wantStatus(status: InstanceStatus): void {
    if (this.#wanted !== undefined && this.#wanted.status !== status) this.want(this.#wanted.instance, status);
  }

  /** @returns resolves when the registry knows what is wanted, nothing is wanted any more, or the signal aborts */
  settled(signal: AbortSignal | undefined): Promise<void> {
    if (this.#wanted === undefined || this.#settled() || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        this.#waiters.delete(done);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      this.#waiters.add(done);
      signal?.addEventListener('abort', done, { once: true });
    });
  }

  /**
   * Ends the lease, within `ms`. A registration that is under way is waited for for half of it and then broken off: the registry may have it all the
   * same, so that it is told in any case that the instance is gone.
   */
  end(ms: number, signal: AbortSignal | undefined): Promise<void> {
    this.#wanted = undefined;
    this.#timer?.cancel();
    this.#wake();
    this.#ending ??= this.#takeBack(ms, signal).finally(() => {
      this.#ending = undefined;
      this.#go(); // for who wants to be known again
    });
    return this.#ending;
  }

  async #takeBack(ms: number, signal: AbortSignal | undefined): Promise<void> {
    await this.#orCut(this.#work ?? Promise.resolve(), ms / 2, signal);
    const told = this.#told;
    if (told === undefined || this.#wanted !== undefined) return;
    this.#told = undefined;
    this.#confirmed = false;
    const { client, log } = this.#options;
    const fields = { app: told.app, instanceId: told.instanceId };
    const forgotten = client.forget(told, this.#cut.signal).then(
      () => log.info('taken out of the registry', fields),
      (err: unknown) => log.warn('the registry could not be told that this instance is gone', { ...fields, err }),
    );
    await this.#orCut(forgotten, ms / 2, signal);
  }

  #settled(): boolean {
    return this.#confirmed && !this.#unsure && this.#told?.status === this.#wanted?.status;
  }

  #wake(): void {
    for (const done of [...this.#waiters]) done();
  }

  /** Waits for requests; those that take longer than `ms`, or than the signal allows, are broken off. */
  async #orCut(work: Promise<void>, ms: number, signal: AbortSignal | undefined): Promise<void> {
    const cut = (): void => this.#cut.abort();
    const timer = this.#options.clock.after(ms, cut);
    if (signal?.aborted) cut();
    signal?.addEventListener('abort', cut, { once: true });
    await work;
    timer.cancel();
    signal?.removeEventListener('abort', cut);
    this.#cut = new AbortController();
  }

  #go(): void {
    if (!this.#begun || this.#wanted === undefined || this.#work !== undefined || this.#ending !== undefined) return;
    this.#timer?.cancel();
    this.#work = this.#untilTold().finally(() => {
      this.#work = undefined;
      if (this.#wanted === undefined || !this.#begun) return;
      if (this.#failures === 0 && !this.#settled()) return this.#go(); // wanted by who was just told that all is settled
      const { clock, intervalMs, random } = this.#options;
      this.#timer = clock.after(paceMs(intervalMs, this.#failures, random()), () => {
        this.#beatDue = true;
        this.#go();
      });
    });
  }

  async #untilTold(): Promise<void> {
    try {
      while (this.#wanted !== undefined && (!this.#settled() || this.#beatDue)) await this.#step(this.#wanted);
      if (this.#failures > 0) this.#options.log.info('the registry can be told again');
      this.#failures = 0;
      this.#lastError = undefined;
      this.#wake();
    } catch (err) {
      if (isKeelsonError(err, 'STOPPED')) this.#begun = false;
      if (isKeelsonError(err, 'ABORTED') || isKeelsonError(err, 'STOPPED')) return;
      this.#failures += 1;
      this.#lastError = err;
      if (this.#failures === 1) this.#options.log.warn('the registry could not be told; trying again', { err });
    }
  }

  /** One operation towards what is wanted. */
  async #step(wanted: Wanted): Promise<void> {
    const told = this.#told;
    if (!this.#confirmed || told === undefined) return this.#announce(wanted);
    const { client } = this.#options;
    if (this.#unsure || told.status !== wanted.status) {
      this.#unsure = true;
      this.#told = this.#describe(wanted);
      this.#confirmed = await client.tellStatus(this.#told, this.#cut.signal);
      this.#unsure = false;
    } else {
      this.#confirmed = await client.beat(told, this.#cut.signal);
    }
    this.#beatDue = false;
    if (this.#confirmed) return;
    this.#options.log.info('the registry does not know this instance: registering anew');
    this.#options.forgotten();
  }

  async #announce(wanted: Wanted): Promise<void> {
    const { client, log } = this.#options;
    let info = this.#describe(wanted);
    const key = `${info.app}/${info.instanceId}`;
    const old = this.#told;
    if (old !== undefined && `${old.app}/${old.instanceId}` !== key) await client.forget(old, this.#cut.signal);
    if (this.#cleared !== key) {
      await client.forget(info, this.#cut.signal);
      this.#cleared = key;
    }
    if (this.#wanted?.instance !== wanted.instance) return;
    info = this.#describe(this.#wanted); // its status may be another by now
    this.#told = info;
    await client.announce(info, this.#cut.signal);
    this.#confirmed = this.#wanted === undefined || this.#wanted.instance === wanted.instance;
    this.#beatDue = false;
    log.info('registered', { app: info.app, instanceId: info.instanceId, status: info.status });
  }

  /** Every description is newer than the one before, also when the machine's clock was set back. */
  #describe({ instance, status }: Wanted): InstanceInfo {
    this.#lastDirtyAt = Math.max(Math.round(this.#options.clock.wall()), this.#lastDirtyAt + 1);
    return this.#options.describe(instance, status, this.#lastDirtyAt);
  }
}
