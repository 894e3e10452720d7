import {
  type AvailabilityState,
  type ComponentHealth,
  type LivenessState,
  type ReadinessState,
  type StateSource,
} from './contract';
import { misuse } from './options';

const well: ComponentHealth = Object.freeze({ status: 'UP' });
const notStarted: ComponentHealth = Object.freeze({ status: 'OUT_OF_SERVICE' });

/** Where the service stands in its life. Each source has its own say, so that neither overwrites the other. */
export class Availability {
  /** Live and read-only. */
  readonly view: AvailabilityState;
  readonly #broken = new Set<StateSource>();
  /** A service that was only constructed is alive, and not ready: its lifecycle says when it is. */
  readonly #refusing = new Set<StateSource>(['lifecycle']);
  #started = false;

  constructor() {
    const liveness = (): LivenessState => (this.#broken.size === 0 ? 'CORRECT' : 'BROKEN');
    const readiness = (): ReadinessState => (this.#refusing.size === 0 ? 'ACCEPTING_TRAFFIC' : 'REFUSING_TRAFFIC');
    const startup = (): boolean => this.#started;
    this.view = Object.freeze({
      get liveness() {
        return liveness();
      },
      get readiness() {
        return readiness();
      },
      get startup() {
        return startup();
      },
    });
  }

  setLiveness(state: LivenessState, by: StateSource): void {
    say(this.#broken, by, state, 'CORRECT', 'BROKEN');
  }

  setReadiness(state: ReadinessState, by: StateSource): void {
    say(this.#refusing, by, state, 'ACCEPTING_TRAFFIC', 'REFUSING_TRAFFIC');
  }

  setStarted(): void {
    this.#started = true;
  }

  /** The liveness state as part of a report. */
  get livenessState(): ComponentHealth {
    if (this.#broken.size === 0) return well;
    return { status: 'DOWN', details: { brokenBy: [...this.#broken] } };
  }

  /** The readiness state as part of a report. */
  get readinessState(): ComponentHealth {
    if (this.#refusing.size === 0) return well;
    return { status: 'OUT_OF_SERVICE', details: { refusedBy: [...this.#refusing] } };
  }

  /** How far the start has come, as part of a report. */
  get startupState(): ComponentHealth {
    return this.#started ? well : notStarted;
  }
}

/** Notes what one source says. A word that is not known must not pass for the good one. */
function say(objections: Set<StateSource>, by: StateSource, state: string, good: string, bad: string): void {
  if (by !== 'service' && by !== 'lifecycle') throw misuse(`A state is set by "service" or "lifecycle"`);
  if (state === good) objections.delete(by);
  else if (state === bad) objections.add(by);
  else throw misuse(`The state is "${good}" or "${bad}", not ${JSON.stringify(state)}`);
}
