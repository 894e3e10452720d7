import { type Call } from '../resilience';

/** How an attempt ended, for whoever chooses instances. `neutral`: it says nothing of the instance (given up by the caller, say). */
export type AttemptOutcome = 'success' | 'failure' | 'neutral';

/** Where one attempt goes. */
export interface Target {
  /** Such as `http://10.0.0.7:8080`. */
  readonly origin: string;
  readonly host: string;
  readonly port: number;
  /** Which instance of a service this is; undefined where there are no instances. */
  readonly instance: string | undefined;
  /** Tells how the attempt ended. Called once. */
  end(outcome: AttemptOutcome): void;
}

/** Chooses where attempts go. */
export interface Targets {
  /**
   * @param tried origins that earlier attempts of the call went to: another is better
   * @throws NO_INSTANCE
   */
  pick(call: Call, tried: ReadonlySet<string> | undefined): Target | Promise<Target>;
}

/** Everything goes to one origin. */
export class SingleTarget implements Targets, Target {
  readonly origin: string;
  readonly host: string;
  readonly port: number;
  readonly instance = undefined;

  /** @param url `http://` or `https://` with a host, and nothing else */
  constructor(url: URL) {
    this.origin = url.origin;
    this.host = url.hostname.replace(/^\[|\]$/g, '');
    this.port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  }

  pick(): Target {
    return this;
  }

  end(): void {}
}
