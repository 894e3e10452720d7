import { type Balancer, type Instance, type Registry, type Snapshot } from '../discovery';
import { type Call } from '../resilience';
import { noInstance } from './failures';
import { type AttemptOutcome, type Target, type Targets } from './targets';

/** The instances of a service, as a registry knows them, and the balancer that chooses among them. */
export class DiscoveredTargets implements Targets {
  readonly #service: string;
  readonly #registry: Registry;
  readonly #balancer: Balancer;
  readonly #waitMs: number;
  /** Instances are frozen and live for long: each one's origin is made once. */
  readonly #origins = new WeakMap<Instance, string>();

  /** @param waitMs how long the first call may wait for the registry's first answer, in milliseconds */
  constructor(service: string, registry: Registry, balancer: Balancer, waitMs: number) {
    this.#service = service;
    this.#registry = registry;
    this.#balancer = balancer;
    this.#waitMs = waitMs;
  }

  pick(call: Call, tried: readonly string[] | undefined): Target | Promise<Target> {
    const known = this.#registry.snapshot(this.#service);
    if (known.instances.length === 0 && known.confirmedAt === undefined) return this.#afterFirstAnswer(call, tried);
    return this.#choose(known, call, tried);
  }

  async #afterFirstAnswer(call: Call, tried: readonly string[] | undefined): Promise<Target> {
    return this.#choose(await this.#registry.resolve(this.#service, this.#waitMs, call.signal), call, tried);
  }

  #choose(known: Snapshot, call: Call, tried: readonly string[] | undefined): Target {
    const instance = this.#balancer.pick(known.instances, { key: call.key, avoid: tried });
    if (instance === undefined) throw noInstance(this.#service, known.confirmedAt !== undefined);
    return new InstanceTarget(instance, this.#originOf(instance), this.#balancer);
  }

  #originOf(instance: Instance): string {
    const known = this.#origins.get(instance);
    if (known !== undefined) return known;
    const origin = originOf(instance);
    this.#origins.set(instance, origin);
    return origin;
  }
}

class InstanceTarget implements Target {
  readonly origin: string;
  readonly #chosen: Instance;
  readonly #balancer: Balancer;

  constructor(instance: Instance, origin: string, balancer: Balancer) {
    this.#chosen = instance;
    this.#balancer = balancer;
    this.origin = origin;
  }

  get host(): string {
    return this.#chosen.host;
  }

  get port(): number {
    return this.#chosen.port;
  }

  get instance(): string {
    return this.#chosen.id;
  }

  begin(): void {
    this.#balancer.begin(this.#chosen);
  }

  end(ms: number, outcome: AttemptOutcome): void {
    this.#balancer.end(this.#chosen, ms, outcome);
  }
}

function originOf({ secure, host, port }: Instance): string {
  return `${secure ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
