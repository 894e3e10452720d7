import { type Registry } from '../discovery';

/** An instance that runs, for the adapter under test to find. */
export interface SeededInstance {
  readonly host: string;
  readonly port: number;
}

/** What the adapter can. Cases about what it cannot are left out. */
export interface RegistryTraits {
  /** Processes register with it. */
  readonly registers: boolean;
  /** What it finds changes while it runs. False: only what was seeded before `create` counts. */
  readonly changes: boolean;
  /** An answer that is suddenly empty is doubted. False: what it says is always true. */
  readonly holds: boolean;
  /** What is behind it can be away: the harness has `reachable`. */
  readonly fails: boolean;
}

/** Joins the suite and the adapter under test. Each case has one of its own. */
export interface RegistryHarness {
  /** Makes a registry, not started, that looks into the world of this harness. A case may make several; each is stopped by the case. */
  create(): Registry;
  /** Lets exactly these instances of the service run. With `changes: false`: called before `create` only. */
  seed(service: string, instances: readonly SeededInstance[]): void | Promise<void>;
  /** Lets as much time pass as a started registry needs to notice what has happened, at most once: one answer, not several. */
  settle(): Promise<void>;
  /** Makes what is behind the adapter unreachable, or well again. Needed with `fails: true`. */
  reachable?(is: boolean): void | Promise<void>;
  /** Timers, sockets and requests that the registries of this harness have open. */
  open(): number;
  /** Ends what the harness has started. */
  dispose?(): void | Promise<void>;
}
