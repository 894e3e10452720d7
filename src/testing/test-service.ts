import { AssertionError } from 'node:assert';
import { type ServiceAddress } from '../service';
import { type EndedSpan } from '../tracing';
import { register } from './close-by';
import { type LogEvent } from './log-collector';
import { metricValue } from './metric-value';
import { ServiceRun } from './service-run';
import { stubService, type StubOptions, type StubService } from './stub-service';
import { createTestNetwork, type TestNetwork } from './test-network';
import { type TestableService, type TestServiceOptions } from './test-service-options';
import { sendRequest, type TestRequest } from './test-request';

/** A service that runs for a test. */
export interface TestService<T extends TestableService = TestableService> {
  readonly service: T;
  /** `http://127.0.0.1:port` */
  readonly url: string;
  readonly port: number;
  /** Of the operational endpoints, when they have a port of their own. */
  readonly managementPort: number | undefined;
  readonly network: TestNetwork;
  /** The spans that have ended so far, the first one first. One that is about to end may come a moment later than the answer: {@link until}. */
  readonly spans: readonly EndedSpan[];
  /** What was logged so far. */
  readonly logs: readonly LogEvent[];
  /**
   * The present value of a metric.
   *
   * @param name as it is exposed: of a histogram with `_count`, `_sum` or `_bucket`
   * @param labels those that are to be as given; series that differ in others are added up
   * @returns undefined if there is no such series
   */
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number | undefined>;
  /** Sends a request, by `fetch`. It ends with an error after 10 s of real time. */
  request(path: string, request?: TestRequest): Promise<Response>;
  /** A double of a service that this one calls, on the same network. */
  stub(name: string, options?: Omit<StubOptions, 'network'>): Promise<StubService>;
  /**
   * Stops it, without drain delay, and what was started on a network of its own. Idempotent. Time of a fake clock goes on by itself meanwhile.
   *
   * @throws AssertionError when the stop was not clean, or the service left something open: what, and where it was made
   */
  stop(): Promise<void>;
  /** `stop()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Boots a whole service in this process: on a free port, with registry and broker in memory, without signal handlers and drain delay, and cut off from the
 * environment variables and the command line of the process. Files (`config/default.json`) are read as ever.
 *
 * @param factory what the service file exports: makes the service by `createService` and does not start it
 * @throws what the factory or the start threw; an AssertionError when the service was not made by it
 */
export async function startTestService<T extends TestableService>(
  factory: (settings: Record<string, unknown>) => T | Promise<T>,
  options: TestServiceOptions = {},
): Promise<TestService<T>> {
  const network = networkOf(options);
  const run = new ServiceRun(network, options);
  const service = await run.make(factory);
  const address = await run.start(service);
  register(options.closeBy, () => run.stop());
  return new Tested(service, address, network, run);
}

function networkOf({ network, clock }: TestServiceOptions): TestNetwork {
  if (network === undefined) return createTestNetwork(clock === undefined ? {} : { clock });
  if (clock === undefined || clock === network.clock) return network;
  throw new AssertionError({
    message:
      'startTestService: services on one network have one time: give the clock to createTestNetwork, and only there.',
  });
}

class Tested<T extends TestableService> implements TestService<T> {
  readonly service: T;
  readonly url: string;
  readonly port: number;
  readonly managementPort: number | undefined;
  readonly network: TestNetwork;
  readonly #run: ServiceRun;

  constructor(service: T, { url, port, managementPort }: ServiceAddress, network: TestNetwork, run: ServiceRun) {
    this.service = service;
    this.url = url;
    this.port = port;
    this.managementPort = managementPort;
    this.network = network;
    this.#run = run;
  }

  get spans(): readonly EndedSpan[] {
    return this.#run.spans;
  }

  get logs(): readonly LogEvent[] {
    return this.#run.logs;
  }

  async metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number | undefined> {
    return metricValue(await this.service.metrics.registry.metrics(), name, labels);
  }

  request(path: string, request?: TestRequest): Promise<Response> {
    return sendRequest(this.url, path, request);
  }

  stub(name: string, options?: Omit<StubOptions, 'network'>): Promise<StubService> {
    return stubService(name, { ...options, network: this.network });
  }

  stop(): Promise<void> {
    return this.#run.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
