/** One running process of a service, as a registry knows it. Plain data, frozen. */
export interface Instance {
  /** Unique within the service. */
  readonly id: string;
  /** The service's name, lower case. */
  readonly service: string;
  /** A name or an IP address, without brackets. */
  readonly host: string;
  /** TCP port, 1 to 65535. */
  readonly port: number;
  /** True: speak TLS. */
  readonly secure: boolean;
  /** Where it runs, such as an availability zone. */
  readonly zone?: string;
  /** Its share of the load beside others. @default 1 */
  readonly weight: number;
  /** What the instance says about itself. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** What an instance says about itself. OUT_OF_SERVICE: still answers, but wants no new callers. */
export type InstanceStatus = 'STARTING' | 'UP' | 'OUT_OF_SERVICE';

/** What is known of a service's instances. */
export interface Snapshot {
  /** Those that are UP, in an order that stays as it is while they do. Frozen; the same object until something changes. */
  readonly instances: readonly Instance[];
  /** When the registry last confirmed it: milliseconds by the clock that does not jump. Undefined: not yet. */
  readonly confirmedAt: number | undefined;
}

/** Told of a new snapshot. What it throws is logged and goes no further. */
export type InstancesListener = (snapshot: Snapshot) => void;

/**
 * Who runs where. Looking is synchronous and never fails: it gives what is known. A registry that is away, slow, empty or lying never empties what was known
 * (each adapter says how long it holds on). Constructing opens nothing.
 */
export interface Registry {
  /** Names the adapter in logs, metrics and /health: memory, static, dns, eureka. */
  readonly kind: string;
  /**
   * Begins to look and to keep the registration alive. Resolves when the first answer is there or `signal` aborts, whichever is first; a registry that is away
   * neither rejects nor ends the trying. Before start nothing is known and nothing is opened.
   */
  start(signal?: AbortSignal): Promise<void>;
  /**
   * Makes this process known. Allowed before start; what could not be told is told again until it could, or until stop. An adapter that cannot register
   * (static, dns) does nothing.
   *
   * @returns resolves when the registry has confirmed it or `signal` aborts
   */
  register(instance: Instance, status: InstanceStatus, signal?: AbortSignal): Promise<void>;
  /** Tells the registry of a new status of the registered instance; the last one wins. Without a registration it does nothing. */
  setStatus(status: InstanceStatus, signal?: AbortSignal): Promise<void>;
  /** Takes this process out of the registry. Best effort: resolves also when the registry cannot be reached. Idempotent. */
  deregister(signal?: AbortSignal): Promise<void>;
  /**
   * What is known of a service. The first question about a service makes the adapter look for it from then on; `confirmedAt` says whether it has been
   * answered. Names are compared without regard to case.
   */
  snapshot(service: string): Snapshot;
  /**
   * Waits for the first answer about a service.
   *
   * @returns what is known when the registry has answered, `ms` have passed or `signal` aborts
   */
  resolve(service: string, ms: number, signal?: AbortSignal): Promise<Snapshot>;
  /** Calls the listener when the instances of a service change, and once soon with what is known. @returns ends it */
  watch(service: string, listener: InstancesListener): () => void;
  /** Facts for /health: the address (without credentials), the age of what is known in ms, the last error, the registration. */
  details(): Readonly<Record<string, unknown>>;
  /** Deregisters if need be (at most a second), ends every timer and request. Idempotent; afterwards what was known can still be looked at. */
  stop(signal?: AbortSignal): Promise<void>;
}
