import { AssertionError } from 'node:assert';
import { setTimeout as realMs } from 'node:timers/promises';
import { currentScope, runInScope, treeOver, type Scope, type WorkContext } from '../core';
import { type GivenParts, type Running, type ServiceAddress } from '../service';
import { type EndedSpan } from '../tracing';
import { isFakeClock } from './fake-clock';
import { HandleWatch, type OpenHandle } from './handle-watch';
import { LogCollector, type LogEvent } from './log-collector';
import { type TestNetwork } from './test-network';
import { type TestableService, type TestServiceOptions } from './test-service-options';
import { testSettings } from './test-settings';
import { patiently, Patience } from './until';

const defaultLimitMs = 10_000;
/** What closes by itself gets so long for it after the stop, in real milliseconds. */
const graceMs = 500;
const lookMs = 10;

/** One service from its making to its end. */
export class ServiceRun {
  readonly spans: EndedSpan[] = [];
  readonly #network: TestNetwork;
  readonly #options: TestServiceOptions;
  readonly #settings: Record<string, unknown>;
  readonly #log = new LogCollector();
  readonly #made = new Set<Running>();
  /** Requests, messages and background work of the service. */
  readonly #works = new WeakSet<WorkContext>();
  readonly #watch: HandleWatch;
  readonly #scope: Scope;
  #running: Running | undefined;
  #release = (): void => undefined;
  #stopped: Promise<void> | undefined;

  constructor(network: TestNetwork, options: TestServiceOptions) {
    this.#network = network;
    this.#options = options;
    this.#settings = treeOver(testSettings(), options.settings ?? {});
    const parts = this.#parts();
    this.#scope = { work: undefined, trace: undefined, telemetry: undefined, parts };
    this.#watch = new HandleWatch(() => {
      const scope = currentScope();
      return scope?.parts === parts || (scope?.work !== undefined && this.#works.has(scope.work));
    });
  }

  get logs(): readonly LogEvent[] {
    this.#running?.flushNow();
    return this.#log.events;
  }

  /** Has the factory make the service. @throws what it throws; an AssertionError when it did not make what it returned */
  async make<T extends TestableService>(factory: (settings: Record<string, unknown>) => T | Promise<T>): Promise<T> {
    this.#watch.start();
    try {
      const { limitMs = defaultLimitMs } = this.#options;
      const making = Promise.resolve(runInScope(this.#scope, factory, this.#settings));
      const service = await patiently(making, 'the factory to make the service', limitMs);
      this.#running = [...this.#made].find((one) => (one as unknown) === service);
      if (this.#running !== undefined) return service;
      throw new AssertionError({ message: notMade });
    } catch (error) {
      this.#watch.stop();
      throw error;
    }
  }

  /** Starts it; then it is stopped with the network. @throws what the start throws; an AssertionError when it takes too long */
  async start(service: TestableService): Promise<ServiceAddress> {
    this.#release = this.#network.own(this);
    const { limitMs = defaultLimitMs } = this.#options;
    try {
      return await patiently(
        runInScope(this.#scope, () => service.start()),
        `${service.name} to start`,
        limitMs,
      );
    } catch (error) {
      await this.stop().catch(() => undefined);
      throw error;
    }
  }

  /** @throws AssertionError when the stop was not clean, or something was left open */
  stop(): Promise<void> {
    return (this.#stopped ??= this.#stop());
  }

  async #stop(): Promise<void> {
    this.#release();
    const service = this.#running as Running;
    const { limitMs = defaultLimitMs, leakCheck = true, network } = this.#options;
    const before = this.logs.length;
    const stop = service.shutDown({ reason: 'the test is over', drainDelay: false });
    try {
      const clean = await patiently(this.#whileTimePasses(stop), `${service.name} to stop`, limitMs);
      const open = leakCheck ? await this.#leaks() : [];
      if (!clean) throw new AssertionError({ message: uncleanText(service.name, this.logs.slice(before)) });
      if (open.length > 0) throw new AssertionError({ message: leakText(service.name, open) });
    } finally {
      this.#watch.stop();
      // What was started on a network of its own ends with the service, whatever became of it.
      if (network === undefined) await this.#network.stop();
    }
  }

  /** Limits within the service run by its clock: one that stands still would keep them from ending anything. */
  async #whileTimePasses<T>(work: Promise<T>): Promise<T> {
    const { clock } = this.#network;
    if (!isFakeClock(clock)) return work;
    let settled = false;
    const end = (): void => void (settled = true);
    work.then(end, end);
    while (!settled) {
      await clock.advance(lookMs);
      if (!settled) await realMs(lookMs);
    }
    return work;
  }

  async #leaks(): Promise<readonly OpenHandle[]> {
    const patience = new Patience(graceMs);
    while (this.#watch.open().length > 0 && !patience.over) await realMs(lookMs);
    patience.end();
    return this.#watch.open();
  }

  #parts(): GivenParts {
    const { env = {}, clock = this.#network.clock } = this.#options;
    return {
      env: { NODE_ENV: 'test', ...env },
      settings: this.#settings,
      clock,
      network: this.#network.registry,
      broker: this.#network.broker,
      logOutput: this.#log,
      spanEnded: (span) => void this.spans.push(span),
      made: (service) => void this.#made.add(service),
      begun: (work) => void this.#works.add(work),
    };
  }
}

const notMade = `startTestService: the factory must make the service it returns by createService, there and then. This one was made before,
or by another copy of keelson: then it would read the environment and use real infrastructure.`;

function uncleanText(name: string, logs: readonly LogEvent[]): string {
  const lines = logs.filter(({ level }) => level === 'error').map((line) => `  ${JSON.stringify(line)}`);
  return [`${name} did not stop cleanly:`, ...lines].join('\n');
}

function leakText(name: string, open: readonly OpenHandle[]): string {
  const parts = open.map(({ what, madeAt }) => [`  ${what}`, ...madeAt.map((frame) => `      ${frame}`)].join('\n'));
  return [`${name} has stopped, but what it opened is still open:`, ...parts].join('\n');
}
