import { type MemoryBroker } from '../messaging';
import { processRecord } from './process-record';
import { type Service } from './service';

/** What a client of a service was told. */
export interface ClientView {
  /** A service's name or an origin. */
  readonly to: string;
  /** Of a whole call, in ms. */
  readonly timeoutMs: number;
  /** Of one attempt, in ms. */
  readonly attemptTimeoutMs: number;
  /** Has it a circuit breaker? */
  readonly breaker: boolean;
}

/** What the services of a process get instead of what they name. */
export interface StandIns {
  /** An origin, called by every client whatever it names. */
  readonly downstream: string;
  /** Carries the messages where no broker is configured. */
  readonly broker: MemoryBroker;
}

/** For tools that examine a service in a process of their own. Counts for what is made afterwards. */
export function standIn(parts: StandIns): void {
  Object.assign(processRecord(), parts);
}

/** The clients that a service has made so far. Like {@link sourcesOf} not part of {@link Service}. */
export function clientsOf(service: Service): readonly ClientView[] {
  // The service may come from another copy of the package, or an older one.
  const { clientViews } = service as Partial<{ clientViews: () => readonly ClientView[] }>;
  return clientViews?.call(service) ?? [];
}
