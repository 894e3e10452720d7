import { Eureka, type EurekaCallback, type EurekaRequestOptions } from 'eureka-js-client';
import { isKeelsonError, KeelsonError, type Logger } from '../../core';
import { type InstanceInfo, type ListedInstance } from './instance-info';
import { parseRegistry } from './parse-registry';
import { type EurekaAnswer, type EurekaOperation, type Transport } from './transport';

/** The library's own operations have no signal. */
interface Options extends EurekaRequestOptions {
  readonly signal?: AbortSignal;
}

/**
 * eureka-js-client with what is broken in it replaced: it sends by our transport (limits, failover, encoded paths), believes nothing before it is checked,
 * and owns no timer.
 */
export class KeelsonEureka extends Eureka {
  readonly #transport: Transport;
  /** The registry as the last good answer had it. */
  listed: readonly ListedInstance[] = [];
  /** Entries of it that could not be used. */
  skipped = 0;
  #fetched: EurekaAnswer | undefined;
  /** Of which answer `listed` was made. */
  #readText: string | undefined;

  constructor(transport: Transport, log: Logger) {
    super({
      cwd: '\0', // no such folder: it would read eureka-client.yml from the working directory
      logger: quiet(log),
      shouldUseDelta: false,
      eureka: { registerWithEureka: false, fetchMetadata: false, useDns: false, maxRetries: 0 },
    });
    this.#transport = transport;
  }

  /** Fetches the whole registry into `listed`. @throws what the transport throws, HTTP_STATUS, or PAYLOAD_INVALID */
  async refresh(): Promise<void> {
    this.#fetched = undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        this.fetchRegistry((error) => (error === null ? resolve() : reject(error)));
      });
    } catch (error) {
      const answer = this.#fetched as EurekaAnswer | undefined;
      if (answer === undefined) throw error;
      this.#transport.distrust(answer.server);
      if (isKeelsonError(error)) throw error;
      throw answer.status === 200 ? notJson(answer, error) : unexpected(answer, 'a fetch of the registry');
    }
  }

  /** Registers. The library's own `register` makes every status UP. @throws unless the server said yes */
  async announce(info: InstanceInfo, signal: AbortSignal): Promise<void> {
    const options = { method: 'POST', uri: encodeURIComponent(info.app), body: { instance: info }, signal };
    const answer = await this.#send(options);
    if (answer.status >= 300) throw unexpected(answer, 'a registration');
  }

  /** Renews the lease. @returns does the server know the instance, and as it is? */
  beat(info: InstanceInfo, signal: AbortSignal): Promise<boolean> {
    const query = `status=${info.status}&lastDirtyTimestamp=${info.lastDirtyTimestamp}`;
    return this.#known({ method: 'PUT', uri: `${pathOf(info)}?${query}`, signal }, 'a heartbeat');
  }

  /** Tells the status in `info`, which was registered with another. @returns does the server know the instance? */
  tellStatus(info: InstanceInfo, signal: AbortSignal): Promise<boolean> {
    const query = `value=${info.status}&lastDirtyTimestamp=${info.lastDirtyTimestamp}`;
    return this.#known({ method: 'PUT', uri: `${pathOf(info)}/status?${query}`, signal }, 'a change of status');
  }

  /** Ends the lease, and with it a status that was set by a process that is no more. @returns was there one? */
  forget(info: InstanceInfo, signal: AbortSignal): Promise<boolean> {
    return this.#known({ method: 'DELETE', uri: pathOf(info), signal }, 'a deregistration');
  }

  /** The timers that it would start belong to the registry. */
  override start(): never {
    throw new KeelsonError('INTERNAL', 'The client of eureka-js-client is not started: the registry drives it.', {
      retryable: false,
    });
  }

  protected override eurekaRequest(options: Options, callback: EurekaCallback): void {
    const { method = 'GET', uri, body, signal } = options;
    const path = uri === '' ? '/apps' : `/apps/${uri}`;
    this.#transport.send({ method: method as EurekaOperation['method'], path, body, signal }).then(
      (answer) => {
        if (uri === '') this.#fetched = answer;
        callback(null, { statusCode: answer.status, answer }, answer.text);
      },
      (error: Error) => callback(error),
    );
  }

  protected override transformRegistry(registry: unknown): void {
    const text = this.#fetched?.text;
    if (text !== undefined && text === this.#readText) return; // servers keep their answer until something changes
    const { listed, skipped } = parseRegistry(registry);
    this.#readText = text;
    this.listed = listed;
    this.skipped = skipped;
  }

  #send(options: Options): Promise<EurekaAnswer> {
    return new Promise((resolve, reject) => {
      this.eurekaRequest(options, (error, response) =>
        response === undefined ? reject(error ?? new Error('no answer')) : resolve(response.answer as EurekaAnswer),
      );
    });
  }

  async #known(options: Options, what: string): Promise<boolean> {
    const answer = await this.#send(options);
    if (answer.status < 300) return true;
    if (answer.status === 404) return false;
    throw unexpected(answer, what);
  }
}

/** The id may hold anything; the library put it into the path as it is. */
function pathOf({ app, instanceId }: InstanceInfo): string {
  return `${encodeURIComponent(app)}/${encodeURIComponent(instanceId)}`;
}

function unexpected({ server, status }: EurekaAnswer, what: string): KeelsonError {
  return new KeelsonError('HTTP_STATUS', `The registry ${server.shown} answered ${what} with ${status}.`, {
    retryable: false,
    details: { status },
  });
}

function notJson({ server }: EurekaAnswer, cause: unknown): KeelsonError {
  return new KeelsonError('PAYLOAD_INVALID', `The registry ${server.shown} sent something that is not JSON.`, {
    retryable: false,
    cause,
  });
}

/** What the library has to say is for whoever looks for a fault; the registry reports what matters, once. */
function quiet(log: Logger): Record<'debug' | 'info' | 'warn' | 'error', (message: string) => void> {
  const write = (message: string): void => log.debug(`eureka-js-client: ${message}`);
  return { debug: write, info: write, warn: write, error: write };
}
