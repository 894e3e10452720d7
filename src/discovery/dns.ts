import { runInScope, type Counter, type Timer } from '../core';
import { type Instance, type InstancesListener, type Registry, type Snapshot } from './contract';
import { lookUp, type DnsQuestion } from './dns-lookup';
import { isDomain, resolveDnsOptions, type DnsRegistryOptions, type ResolvedDnsOptions } from './dns-options';
import { holdRule } from './hold';
import { KnownInstances } from './known-instances';

/** Until a service is known it is asked for sooner: after this time, in milliseconds, then twice as long each time up to the interval. */
const firstRetryMs = 1000;

/** The looking for one service. */
interface Search {
  readonly question: DnsQuestion;
  timer: Timer | undefined;
  /** The question under way, or the last one. It never rejects. */
  turn: Promise<void>;
  /** Failures in a row. */
  failures: number;
}

/**
 * A registry that is DNS: SRV records, or addresses with a port that all share, such as headless services of Kubernetes. Each service is asked for again every
 * interval. Nothing registers with it.
 *
 * A failure, a name that is gone and an answer with no record keep what was known, for ever unless `believeEmpty`; an answer that has lost 90 % is doubted for 90 s.
 *
 * @throws CONFIG_INVALID
 */
export function dnsRegistry(options: DnsRegistryOptions = {}): Registry {
  return new DnsRegistry(resolveDnsOptions(options));
}

class DnsRegistry implements Registry {
  readonly kind = 'dns';
  readonly #options: ResolvedDnsOptions;
  readonly #known: KnownInstances;
  readonly #errors: Counter;
  readonly #searches = new Map<string, Search>();
  readonly #controller = new AbortController();
  /** The first question about each service that was asked about before the start. */
  #first: Promise<unknown> | undefined;
  #lastError: string | undefined;

  constructor(options: ResolvedDnsOptions) {
    this.#options = options;
    const { clock, log, meter } = options;
    const asked = (service: string): void => {
      if (this.#first !== undefined) void this.#search(service);
    };
    this.#known = new KnownInstances({ clock, log, meter, rule: holdRule, alwaysCurrent: false, asked });
    this.#errors = meter.counter({
      name: 'keelson_discovery_errors_total',
      help: 'Questions about the service that the registry gave no good answer to.',
      labels: ['service'],
    });
  }

  async start(signal?: AbortSignal): Promise<void> {
    if (this.#controller.signal.aborted) return;
    this.#first ??= Promise.all(this.#known.services.map((service) => this.#search(service)));
    await untilAborted(this.#first, signal);
  }

  register(): Promise<void> {
    return Promise.resolve();
  }

  setStatus(): Promise<void> {
    return Promise.resolve();
  }

  deregister(): Promise<void> {
    return Promise.resolve();
  }

  snapshot(service: string): Snapshot {
    return this.#known.snapshot(service);
  }

  resolve(service: string, ms: number, signal?: AbortSignal): Promise<Snapshot> {
    return this.#known.resolve(service, ms, signal);
  }

  watch(service: string, listener: InstancesListener): () => void {
    return this.#known.watch(service, listener);
  }

  details(): Readonly<Record<string, unknown>> {
    const { servers, suffix } = this.#options;
    const error = this.#lastError === undefined ? {} : { lastError: this.#lastError };
    return { ...(servers !== undefined && { servers }), suffix, ...error, services: this.#known.details() };
  }

  async stop(): Promise<void> {
    this.#controller.abort();
    for (const { timer } of this.#searches.values()) timer?.cancel();
    this.#known.close();
    await Promise.all([...this.#searches.values()].map(({ turn }) => turn));
  }

  /** Begins to look for a service. @returns resolves when it was asked for once, whatever came of it */
  #search(service: string): Promise<void> {
    const { suffix, srvPrefix, port, secure } = this.#options;
    const parts = [...(port === undefined ? [srvPrefix] : []), service, suffix].filter((part) => part !== '');
    const name = parts.join('.');
    if (!isDomain(service) || !isDomain(name)) {
      this.#options.log.warn('No service can have this name: it is not looked for', { service });
      this.#known.answered(service, []);
      return Promise.resolve();
    }
    const search: Search = {
      question: { service, name, port, secure },
      timer: undefined,
      turn: Promise.resolve(),
      failures: 0,
    };
    this.#searches.set(service, search);
    // Outside any request: one that asks first must not lend its deadline and trace to all that follow.
    return runInScope(undefined, () => (search.turn = this.#turn(search)));
  }

  async #turn(search: Search): Promise<void> {
    const { signal } = this.#controller;
    try {
      const answer = await lookUp(search.question, this.#options, signal);
      if (!signal.aborted) this.#take(search, answer);
    } catch (error) {
      if (!signal.aborted) this.#fail(search, error);
    }
    if (signal.aborted) return;
    search.timer = this.#options.clock.after(this.#delayMs(search), () => void (search.turn = this.#turn(search)));
  }

  #take(search: Search, answer: readonly Instance[]): void {
    const { service, name } = search.question;
    const known = this.#known.snapshot(service).instances.length;
    if (answer.length === 0 && known > 0 && !this.#options.believeEmpty) {
      this.#fail(search, new Error(`${name} has no record any more`));
      return;
    }
    if (search.failures > 0) this.#options.log.info('DNS answers again', { service, name });
    search.failures = 0;
    this.#known.answered(service, answer);
  }

  #fail(search: Search, error: unknown): void {
    const { service, name } = search.question;
    this.#lastError = error instanceof Error ? error.message : String(error);
    this.#errors.inc({ service });
    search.failures += 1;
    if (search.failures > 1) return;
    const known = this.#known.snapshot(service).instances.length;
    this.#options.log.warn('DNS gives no good answer: what is known is kept', { service, name, known, err: error });
  }

  #delayMs({ question, failures }: Search): number {
    const { intervalMs, random } = this.#options;
    const waited = this.#known.snapshot(question.service).confirmedAt === undefined;
    const ms = waited ? Math.min(intervalMs, firstRetryMs * 2 ** Math.min(failures - 1, 20)) : intervalMs;
    // Never longer than the interval, so that what has changed is known by then.
    return ms * (1 - 0.2 * random());
  }
}

async function untilAborted(work: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return void (await work);
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const over = (): void => {
      signal.removeEventListener('abort', over);
      resolve();
    };
    signal.addEventListener('abort', over, { once: true });
    void work.then(over);
  });
}
