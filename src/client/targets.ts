import { type Call } from '../resilience';

/** How an attempt ended, for whoever chooses instances. `ignored`: it says nothing of the instance (the caller gave up, say). */
export type AttemptOutcome = 'success' | 'failure' | 'ignored';

/** Where one attempt goes. */
export interface Target {
  /** Such as `http://10.0.0.7:8080`. */
  readonly origin: string;
  readonly host: string;
  readonly port: number;
  /** The id of the instance; undefined where there are no instances. */
  readonly instance: string | undefined;
  /** The attempt begins: nothing holds it up any more. Called once, if at all. */
  begin(): void;
  /** Tells how the attempt ended, and how long it took in milliseconds. Called once, if it has begun. */
  end(ms: number, outcome: AttemptOutcome): void;
}

/** Chooses where attempts go. */
export interface Targets {
  /**
   * @param tried ids of the instances that earlier attempts of the call went to: another is better
   * @throws NO_INSTANCE
   */
  pick(call: Call, tried: readonly string[] | undefined): Target | Promise<Target>;
}
