import { networkInterfaces } from 'node:os';
import { type Logger } from '../core';
import { makeInstance, type InstanceStatus, type Registry } from '../discovery';
import { type Health } from '../health';
import { type Identity } from './insight';

/** Where the others are to find this process. */
export interface Whereabouts {
  /** Undefined: the first address of the machine that others can reach. */
  readonly host: string | undefined;
  readonly port: number;
}

/** How long leaving the registry may hold up a stop, in milliseconds. */
export const leaveLimitMs = 1_000;

/** This process among the instances that the registry knows. Its status follows readiness; the registry never holds up the service. */
export class Membership {
  readonly #registry: Registry;
  readonly #identity: Identity;
  readonly #health: Health;
  readonly #log: Logger;
  #unwatch: (() => void) | undefined;
  #status: InstanceStatus | 'gone' = 'gone';

  constructor(registry: Registry, identity: Identity, health: Health, log: Logger) {
    this.#registry = registry;
    this.#identity = identity;
    this.#health = health;
    this.#log = log;
  }

  /** Tells the registry where this process is; from then on its status follows readiness. Does not wait. */
  join({ host, port }: Whereabouts): void {
    const { name, instance, version } = this.#identity;
    const self = makeInstance({ id: instance, service: name, host: host ?? ownAddress(), port, metadata: { version } });
    this.#status = this.#wanted();
    this.#unwatch = this.#health.onChange(({ group }) => {
      if (group === 'readiness') this.#follow();
    });
    this.#quietly(this.#registry.register(self, this.#status));
  }

  /** The service begins to drain: callers that ask the registry from now on go elsewhere. Does not wait. */
  drain(): void {
    this.#unwatch?.();
    this.#set('OUT_OF_SERVICE');
  }

  /** Takes this process out of the registry, within a second. */
  async leave(): Promise<void> {
    this.#unwatch?.();
    if (this.#status === 'gone') return;
    this.#status = 'gone';
    await this.#registry.deregister(AbortSignal.timeout(leaveLimitMs));
  }

  #wanted(): InstanceStatus {
    return this.#health.probe('readiness').up ? 'UP' : 'OUT_OF_SERVICE';
  }

  #follow(): void {
    this.#set(this.#wanted());
  }

  #set(status: InstanceStatus): void {
    if (this.#status === 'gone' || this.#status === status) return;
    this.#status = status;
    this.#quietly(this.#registry.setStatus(status));
  }

  #quietly(told: Promise<void>): void {
    told.catch((err: unknown) => this.#log.warn('The registry could not be told of this instance', { err }));
  }
}

/** The first address that is not of the machine itself; IPv4 before IPv6, because some callers speak nothing else. */
function ownAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const reachable = addresses.filter(({ internal, scopeid }) => !internal && !scopeid);
  const chosen = reachable.find(({ family }) => family === 'IPv4') ?? reachable[0];
  return chosen?.address ?? '127.0.0.1';
}
